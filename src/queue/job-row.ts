import type { Failure } from '../job-type/outcomes.ts';
import type { LocalInput } from '../plan/planned-job.ts';
import type { JsonObject } from '../values/json.ts';
import type { Micros } from '../values/money.ts';
import type { JobState } from './job-states.ts';

/** A job as it is stored. */
export interface StoredJob {
  readonly seq: number;
  readonly batchId: number;
  readonly id: string;
  readonly model: string;
  readonly family: string;
  readonly provider: string;
  /** Jobs of one lane take about as long as each other: same model, duration, quality and size. */
  readonly lane: string;
  readonly params: JsonObject;
  readonly localInputs: readonly LocalInput[];
  readonly vars: JsonObject;
  readonly tags: readonly string[];
  readonly copy: number;
  readonly fingerprint: string;
  readonly twinKey: string | null;
  readonly quote: Micros | null;
  readonly output: string;
  readonly outputsAsked: number;
  readonly priority: number;
  readonly state: JobState;
  /** Number of the latest attempt; 0 before the first. */
  readonly attempt: number;
  readonly error: Failure | null;
  readonly warning: string | null;
  /** The manifest no longer has it; kept for its money and files. */
  readonly removed: boolean;
  /** A prompt that a person asked for in the place of the manifest's; null for that of `params`. */
  readonly askedPrompt: string | null;
  readonly createdAt: number;
  readonly submittedAt: number | null;
  readonly completedAt: number | null;
}

/** What its next attempt is made from, or its last was: with the prompt that a person asked for, not the manifest's. */
export function askedParams({ params, askedPrompt }: Pick<StoredJob, 'params' | 'askedPrompt'>): JsonObject {
  return askedPrompt === null ? params : { ...params, prompt: askedPrompt };
}

/** The columns of a StoredJob, for a SELECT over `jobs j`. */
export const JOB_COLUMNS = `j.seq, j.batch_id AS batchId, j.id, j.model, j.family, j.provider, j.lane, j.params, j.local_inputs AS localInputs, j.vars, j.tags, j.copy,
  j.fingerprint, j.twin_key AS twinKey, j.quote, j.output, j.outputs_asked AS outputsAsked, j.priority, j.state, j.attempt, j.error, j.warning, j.removed,
  j.asked_prompt AS askedPrompt,  j.created_at AS createdAt, j.submitted_at AS submittedAt, j.completed_at AS completedAt`;

/** A row of those columns, its JSON parsed. */
export function readJob(row: unknown): StoredJob {
  const raw = row as Record<string, unknown> & { params: string; localInputs: string; vars: string; tags: string; error: string | null };
  return {
    ...raw,
    params: JSON.parse(raw.params),
    localInputs: JSON.parse(raw.localInputs),
    vars: JSON.parse(raw.vars),
    tags: JSON.parse(raw.tags),
    removed: raw.removed === 1,
    error: raw.error === null ? null : JSON.parse(raw.error),
  } as unknown as StoredJob;
}
