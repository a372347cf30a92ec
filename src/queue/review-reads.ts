import type { Json, JsonObject } from '../values/json.ts';
import type { Micros } from '../values/money.ts';
import type { JobState } from './job-states.ts';
import type { QueueDb } from './open-queue.ts';

/** A saved file with the attempt and the job that it belongs to. */
export interface SavedOutput {
  readonly output: number;
  /** Grows with every file that is saved or moved. */
  readonly savedSeq: number;
  readonly position: number;
  /** Saved files of the same attempt. */
  readonly siblings: number;
  readonly role: 'main' | 'preview';
  readonly kind: 'image' | 'video' | 'model3d';
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly mediaType: string;
  readonly job: string;
  readonly jobSeq: number;
  readonly attempt: number;
  readonly provider: string;
  readonly model: string;
  readonly params: JsonObject;
  readonly vars: JsonObject;
  /** Which of the variables are those of the matrix. */
  readonly axes: readonly string[];
  /** What the manifest asks for now; the attempt may have been made from another one. */
  readonly manifestPrompt: Json | null;
  readonly tags: readonly string[];
  readonly copy: number;
  readonly charged: Micros | null;
  readonly refunded: Micros | null;
}

/** Where a file lies, and what it is. */
export type OutputFile = Pick<SavedOutput, 'path' | 'sha256' | 'mediaType' | 'kind'>;

/** Money of a model's attempts in a batch. */
export interface ModelSpend {
  readonly provider: string;
  readonly model: string;
  readonly net: Micros;
}

/** An attempt as a list of what happens now shows it. */
export interface RecentAttempt {
  readonly job: string;
  readonly model: string;
  readonly attempt: number;
  readonly state: string;
  readonly error: string | null;
  readonly intentAt: number;
  readonly completedAt: number | null;
}

/** A job of which another attempt is made, or was tried, since the last one that is finished. */
export interface JobAgain {
  readonly job: string;
  readonly attempt: number;
  readonly state: JobState;
}

/** A job that stands with an attempt although a later one has files. */
export interface JobBack {
  readonly job: string;
  readonly attempt: number;
}

const RECENT = `j.id AS job, a.model, a.number AS attempt, a.state, a.error ->> 'message' AS error, a.intent_at AS intentAt, a.completed_at AS completedAt`;

/** What the contact sheet asks of the queue. Changes nothing. */
export class ReviewReads {
  readonly #db: QueueDb;

  constructor(db: QueueDb) {
    this.#db = db;
  }

  /** Saved files numbered after `after`, in the order of saving; at most `limit`. Fewer than `limit`: there are no more. */
  outputsAfter(batchId: number, after: number, limit: number): readonly SavedOutput[] {
    const rows = this.#db
      .prepare(`SELECT o.id AS output, o.saved_seq AS savedSeq, o.position, o.role, o.kind, o.path, o.bytes, o.sha256, o.media_type AS mediaType,
          (SELECT count(*) FROM outputs s WHERE s.attempt_id = o.attempt_id AND s.state = 'saved') AS siblings,
          j.id AS job, j.seq AS jobSeq, a.number AS attempt, a.provider, a.model, a.params, j.vars, j.axes, j.tags, j.params -> '$.prompt' AS manifestPrompt, j.copy, a.charged, a.refunded
        FROM outputs o JOIN attempts a ON a.id = o.attempt_id JOIN jobs j ON j.seq = a.job_seq
        WHERE o.saved_seq > ? AND o.state = 'saved' AND a.batch_id = ? ORDER BY o.saved_seq LIMIT ?`)
      .all(after, batchId, limit) as (SavedOutput &
      Record<'params' | 'vars' | 'axes' | 'tags', string> & { manifestPrompt: string | null })[];
    return rows.map((row) => ({
      ...row,
      params: JSON.parse(row.params),
      vars: JSON.parse(row.vars),
      axes: JSON.parse(row.axes),
      tags: JSON.parse(row.tags),
      manifestPrompt: row.manifestPrompt === null ? null : JSON.parse(row.manifestPrompt),
    }));
  }

  /** The number of the file that was saved last, of whichever batch; 0 before the first. */
  lastSaved(): number {
    return (this.#db.prepare('SELECT max(saved_seq) FROM outputs').pluck().get() as number | null) ?? 0;
  }

  /** A saved file of the batch; null when it has none of that number. */
  file(batchId: number, output: number): OutputFile | null {
    const row = this.#db
      .prepare(`SELECT o.path, o.sha256, o.media_type AS mediaType, o.kind FROM outputs o JOIN attempts a ON a.id = o.attempt_id
        WHERE o.id = ? AND o.state = 'saved' AND a.batch_id = ?`)
      .get(output, batchId);
    return (row as OutputFile | undefined) ?? null;
  }

  /** What each model has cost, all attempts together. Triggers keep the sums: the live page asks at every change. */
  spendByModel(batchId: number): readonly ModelSpend[] {
    return this.#db
      .prepare('SELECT provider, model, net FROM model_money WHERE batch_id = ? ORDER BY provider, model')
      .all(batchId) as ModelSpend[];
  }

  /** Attempts on their way, oldest first. */
  inFlight(batchId: number, limit: number): readonly RecentAttempt[] {
    return this.#db
      .prepare(`SELECT ${RECENT} FROM jobs j JOIN attempts a ON a.job_seq = j.seq AND a.number = j.attempt
        WHERE j.batch_id = ? AND j.state IN ('submitting', 'processing', 'ready') ORDER BY a.id LIMIT ?`)
      .all(batchId, limit) as RecentAttempt[];
  }

  /** Jobs that were asked for once more and are not done since, by whoever's word. Walks every wish of the queue. */
  again(batchId: number): readonly JobAgain[] {
    const rows = ['regenerations', 'edits'].flatMap((asked) =>
      this.#db
        .prepare(`SELECT jobs.id AS job, jobs.state,
            (SELECT max(number) FROM attempts WHERE job_seq = jobs.seq AND attempts.state <> 'withdrawn') + (jobs.state = 'queued') AS attempt
          FROM ${asked} JOIN jobs ON jobs.seq = ${asked}.job_seq
          WHERE jobs.batch_id = ? AND jobs.state <> 'done' AND jobs.removed = 0`)
        .all(batchId),
    ) as JobAgain[];
    return [...new Map(rows.map((row) => [row.job, row])).values()];
  }

  /**
   * Jobs whose result is that of an earlier attempt again, as after an edit that was taken back. Walks every further attempt of the batch, by the
   * index of these.
   */
  back(batchId: number): readonly JobBack[] {
    const rows = this.#db
      .prepare(`SELECT jobs.id AS job, jobs.attempt FROM attempts CROSS JOIN jobs ON jobs.seq = attempts.job_seq
        WHERE attempts.batch_id = ? AND attempts.number > 1 AND attempts.number > jobs.attempt
          AND EXISTS (SELECT 1 FROM outputs WHERE outputs.attempt_id = attempts.id AND outputs.state = 'saved')`)
      .all(batchId) as JobBack[];
    return [...new Map(rows.map((row) => [row.job, row])).values()];
  }

  /** Attempts that ended, or were left unknown, the one begun last first. */
  ended(batchId: number, limit: number): readonly RecentAttempt[] {
    return this.#db
      .prepare(`SELECT ${RECENT} FROM attempts a JOIN jobs j ON j.seq = a.job_seq
        WHERE a.batch_id = ? AND a.state IN ('done', 'failed', 'rejected', 'unknown') ORDER BY a.id DESC LIMIT ?`)
      .all(batchId, limit) as RecentAttempt[];
  }
}
