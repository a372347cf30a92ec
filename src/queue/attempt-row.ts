import type { Handle } from '../job-type/outcomes.ts';
import type { JsonObject } from '../values/json.ts';
import type { Micros } from '../values/money.ts';

/** One submission of a job. */
export interface Attempt {
  readonly id: number;
  readonly jobSeq: number;
  readonly number: number;
  readonly batchId: number;
  readonly provider: string;
  readonly family: string;
  readonly model: string;
  readonly params: JsonObject;
  readonly state: string;
  readonly quote: Micros | null;
  readonly charged: Micros | null;
  readonly refunded: Micros | null;
  readonly remoteId: string | null;
  readonly handle: Handle | null;
  readonly intentAt: number;
  /** The same moment on the provider's clock; null where it was not known. */
  readonly intentAtTheirs: number | null;
  readonly submittedAt: number | null;
  readonly completedAt: number | null;
}

/** The request exactly as it will be sent; its hash is checked again before the bytes leave. */
export interface FrozenRequest {
  readonly text: string;
  readonly sha256: string;
}

/** The columns of an Attempt, for a SELECT over `attempts`. */
export const ATTEMPT_COLUMNS = `id, job_seq AS jobSeq, number, batch_id AS batchId, provider, family, model, params, state, quote, charged, refunded,
  remote_id AS remoteId, handle, intent_at AS intentAt, intent_at_theirs AS intentAtTheirs, submitted_at AS submittedAt, completed_at AS completedAt`;

/** A row of those columns, its JSON parsed. */
export function readAttempt(row: unknown): Attempt {
  const raw = row as Record<string, unknown> & { params: string; handle: string | null };
  return { ...raw, params: JSON.parse(raw.params), handle: raw.handle === null ? null : JSON.parse(raw.handle) } as unknown as Attempt;
}
