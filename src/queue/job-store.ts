import type { Micros } from '../values/money.ts';
import { JOB_COLUMNS, readJob, type StoredJob } from './job-row.ts';
import { assertTransition, IN_FLIGHT, type JobState } from './job-states.ts';
import type { QueueDb } from './open-queue.ts';

/** One file of a job's latest attempt, as it lies on disk. */
export interface SavedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly mediaType: string;
}

/** A job with what it came to: the money of all its attempts, the id and the files of the latest. */
export interface JobWithResult extends StoredJob {
  readonly charged: Micros | null;
  readonly refunded: Micros | null;
  /** Of the attempts that were made, as `charged` is. */
  readonly quotedSoFar: Micros | null;
  readonly remoteId: string | null;
  /** Every attempt that was submitted, in whatever order. */
  readonly attempts: readonly AttemptTimes[];
  readonly files: readonly SavedFile[];
}

/** When an attempt was on its way, and whether it came to something. */
export interface AttemptTimes {
  readonly submittedAt: number;
  readonly completedAt: number | null;
  readonly done: boolean;
}

/** What is told of a job at each of its steps. */
export interface JobStanding extends Pick<StoredJob, 'id' | 'state' | 'attempt' | 'model' | 'provider'> {
  /** By the attempt that it stands with. */
  readonly charged: Micros | null;
  /** Of its error. */
  readonly message: string | null;
}

/** A job of whichever batch. */
export interface JobName {
  readonly id: string;
  readonly batch: string;
}

/** Jobs of a batch in one state that take about as long as each other. */
export interface LaneCount {
  readonly lane: string;
  readonly family: string;
  readonly provider: string;
  readonly jobs: number;
}

/** Jobs that are on their way to submission and still `queued` in the file. */
export interface HandedOver {
  readonly seqs: readonly number[];
  readonly twinKeys: readonly string[];
}

const NOTHING: HandedOver = { seqs: [], twinKeys: [] };

/** Reads jobs, and moves those that nobody is working on. */
export class JobStore {
  readonly #db: QueueDb;

  constructor(db: QueueDb) {
    this.#db = db;
  }

  bySeq(seq: number): StoredJob | null {
    const row = this.#db.prepare(`SELECT ${JOB_COLUMNS} FROM jobs j WHERE seq = ?`).get(seq);
    return row ? readJob(row) : null;
  }

  /** Where a job stands now; null where there is none of that number. */
  standing(seq: number): JobStanding | null {
    const row = this.#db
      .prepare(`SELECT j.id, j.state, j.attempt, j.model, j.provider, j.error ->> '$.message' AS message, a.charged
        FROM jobs j LEFT JOIN attempts a ON a.job_seq = j.seq AND a.number = j.attempt WHERE j.seq = ?`)
      .get(seq);
    return (row as JobStanding | undefined) ?? null;
  }

  /** A job as people name it; null where there is none of that number. */
  nameOf(seq: number): JobName | null {
    const sql = 'SELECT j.id, b.name AS batch FROM jobs j JOIN batches b ON b.id = j.batch_id WHERE j.seq = ?';
    return (this.#db.prepare(sql).get(seq) as JobName | undefined) ?? null;
  }

  /** The job without an id of its own that a queued one waits for: the provider's history could not tell the two apart. Null where it waits for none. */
  waitsFor(seq: number): JobName | null {
    const sql = `SELECT t.id, b.name AS batch FROM jobs j JOIN jobs t ON t.twin_key = j.twin_key AND t.state IN ('submitting', 'unknown')
      JOIN batches b ON b.id = t.batch_id WHERE j.seq = ? AND j.state = 'queued' LIMIT 1`;
    return (this.#db.prepare(sql).get(seq) as JobName | undefined) ?? null;
  }

  byId(batchId: number, id: string): StoredJob | null {
    const row = this.#db.prepare(`SELECT ${JOB_COLUMNS} FROM jobs j WHERE batch_id = ? AND id = ?`).get(batchId, id);
    return row ? readJob(row) : null;
  }

  /** The ids of the batch's jobs, in manifest order. */
  ids(batchId: number): Iterable<string> {
    return this.#db.prepare('SELECT id FROM jobs WHERE batch_id = ? ORDER BY seq').pluck().iterate(batchId) as Iterable<string>;
  }

  /** What waits and what is on its way, by lane: few rows, however long the queue is. */
  lanes(batchId: number, state: JobState): readonly LaneCount[] {
    return this.#db
      .prepare(
        'SELECT lane, family, provider, jobs FROM job_counts WHERE batch_id = ? AND state = ? AND held = 0 AND jobs > 0 ORDER BY lane',
      )
      .all(batchId, state) as LaneCount[];
  }

  /**
   * The next queued jobs of a lane: highest priority first, then manifest order. Leaves out jobs dearer than `maxQuote`, and jobs that
   * the provider's history could not tell from one that is being submitted or unknown.
   */
  nextQueued(
    batchId: number,
    lane: string,
    limit: number,
    maxQuote: Micros | null,
    handedOver: HandedOver = NOTHING,
  ): readonly StoredJob[] {
    return this.#db
      .prepare(`SELECT ${JOB_COLUMNS} FROM jobs j WHERE batch_id = ? AND lane = ? AND state = 'queued' AND removed = 0 AND held = 0
          AND (? IS NULL OR coalesce(j.quote, 0) <= ?)
          AND j.seq NOT IN (SELECT value FROM json_each(?)) AND (j.twin_key IS NULL OR j.twin_key NOT IN (SELECT value FROM json_each(?)))
          AND (j.twin_key IS NULL OR NOT EXISTS (SELECT 1 FROM jobs t WHERE t.twin_key = j.twin_key AND t.state IN ('submitting', 'unknown')))
        ORDER BY priority DESC, seq LIMIT ?`)
      .all(batchId, lane, maxQuote, maxQuote, JSON.stringify(handedOver.seqs), JSON.stringify(handedOver.twinKeys), limit)
      .map(readJob);
  }

  /** Jobs in a state, in queue order, after `afterSeq`; not those that the manifest no longer has (none of which is in flight). */
  inState(batchId: number, state: JobState, afterSeq = 0, limit = 1_000): readonly StoredJob[] {
    return this.#db
      .prepare(`SELECT ${JOB_COLUMNS} FROM jobs j WHERE batch_id = ? AND state = ? AND seq > ? AND removed = 0 ORDER BY seq LIMIT ?`)
      .all(batchId, state, afterSeq, limit)
      .map(readJob);
  }

  /** Streams where the files of the queued jobs would go that are meant by the run that goes on. */
  *waitingOutputs(batchId: number): Generator<{ readonly id: string; readonly output: string; readonly outputsAsked: number }> {
    const page = this.#db.prepare(`SELECT seq, id, output, outputs_asked AS outputsAsked FROM jobs
      WHERE batch_id = ? AND state = 'queued' AND removed = 0 AND held = 0 AND seq > ? ORDER BY seq LIMIT 1000`);
    for (let last = 0; ; ) {
      const rows = page.all(batchId, last) as { seq: number; id: string; output: string; outputsAsked: number }[];
      const end = rows.at(-1);
      if (!end) return;
      yield* rows;
      last = end.seq;
    }
  }

  /** Streams the batch's jobs with their results, in manifest order; those that the manifest no longer has only when asked for. */
  *withResults(batchId: number, removedToo = false): Generator<JobWithResult> {
    const files = this.#db.prepare(
      `SELECT path, bytes, sha256, media_type AS mediaType FROM outputs WHERE attempt_id = ? AND state = 'saved' ORDER BY position`,
    );
    const page = this.#db.prepare(`SELECT ${JOB_COLUMNS}, a.id AS attemptId, a.remote_id AS remoteId,
        (SELECT sum(charged) FROM attempts WHERE job_seq = j.seq) AS charged, (SELECT sum(refunded) FROM attempts WHERE job_seq = j.seq) AS refunded,
        (SELECT sum(quote) FROM attempts WHERE job_seq = j.seq AND state <> 'withdrawn') AS quotedSoFar,
        (SELECT json_group_array(json_object('submittedAt', submitted_at, 'completedAt', completed_at, 'done', json(iif(state = 'done', 'true', 'false'))))
          FROM attempts WHERE job_seq = j.seq AND state <> 'withdrawn' AND submitted_at IS NOT NULL) AS attempts
      FROM jobs j LEFT JOIN attempts a ON a.job_seq = j.seq AND a.number = j.attempt
      WHERE j.batch_id = ? AND j.seq > ? AND (? OR j.removed = 0) ORDER BY j.seq LIMIT 1000`);
    let last = 0;
    for (;;) {
      const rows = page.all(batchId, last, removedToo ? 1 : 0) as { seq: number; attemptId: number | null; attempts: string }[];
      if (rows.length === 0) return;
      for (const row of rows) {
        const saved = row.attemptId === null ? [] : (files.all(row.attemptId) as SavedFile[]);
        yield { ...(readJob(row) as JobWithResult), attempts: JSON.parse(row.attempts), files: saved };
        last = row.seq;
      }
    }
  }

  /**
   * Moves a job on the user's word (retry, cancel). The state that it must be in is named; false when it was in another.
   * Throws for a job in flight: its attempt and its money would be left behind.
   */
  move(seq: number, from: JobState, to: JobState): boolean {
    assertTransition(from, to);
    const moving: readonly JobState[] = IN_FLIGHT;
    if (moving.includes(from) || moving.includes(to)) throw new Error(`Cannot move a job from ${from} to ${to} without its attempt`);
    const cleared = to === 'queued' ? ', error = NULL, warning = NULL, submitted_at = NULL, completed_at = NULL' : '';
    return this.#db.prepare(`UPDATE jobs SET state = ?${cleared} WHERE seq = ? AND state = ?`).run(to, seq, from).changes === 1;
  }

  /** Counts and bytes of the batch's files on disk. */
  outputTotals(batchId: number): { readonly files: number; readonly bytes: number } {
    const totals = this.#db.prepare('SELECT files, bytes FROM output_totals WHERE batch_id = ?').get(batchId);
    return (totals as { files: number; bytes: number } | undefined) ?? { files: 0, bytes: 0 };
  }
}
