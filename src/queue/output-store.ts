import type { Statement } from 'better-sqlite3';
import { urlExpiry } from '../values/url-expiry.ts';
import type { QueueDb } from './open-queue.ts';
import { MADE_BEFORE, TAKEN_BACK } from './staged-columns.ts';

/** One file of an attempt. */
export interface Output {
  readonly id: number;
  readonly attemptId: number;
  readonly position: number;
  readonly role: 'main' | 'preview';
  readonly kind: 'image' | 'video' | 'model3d';
  readonly url: string;
  readonly saidType: string | null;
  readonly saidBytes: number | null;
  readonly state: 'pending' | 'saved' | 'lost';
  readonly refreshes: number;
  /** Relative to the output folder, forward slashes. */
  readonly path: string | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly mediaType: string | null;
}

/** A job whose generation is there, with every file of its latest attempt. */
export interface MadeJob {
  readonly seq: number;
  readonly id: string;
  readonly state: 'done' | 'ready';
  readonly attemptId: number;
  /** Its output name: in the manifest that is staged, if that has it unchanged; else in the queue. */
  readonly output: string;
  readonly outputsAsked: number;
  readonly files: readonly Output[];
}

export const OUTPUT_COLUMNS = `o.id, o.attempt_id AS attemptId, o.position, o.role, o.kind, o.url, o.said_type AS saidType, o.said_bytes AS saidBytes, o.state, o.refreshes,
  o.path, o.bytes, o.sha256, o.media_type AS mediaType`;

/** A job of which there are several attempts, with the one that it stands with, or is to stand with. */
export interface MadeAgain extends Omit<MadeJob, 'state'> {
  readonly number: number;
}

const MADE_AGAIN = 'j.seq, j.id, j.output, j.outputs_asked AS outputsAsked, a.id AS attemptId, a.number';

/** Jobs in one page of what is to be fetched. */
const PAGE = 100;

/** Files of attempts: what is to be fetched, what lies on disk. */
export class OutputStore {
  readonly #db: QueueDb;

  constructor(db: QueueDb) {
    this.#db = db;
  }

  ofAttempt(attemptId: number): readonly Output[] {
    return this.#db.prepare(`SELECT ${OUTPUT_COLUMNS} FROM outputs o WHERE attempt_id = ? ORDER BY position`).all(attemptId) as Output[];
  }

  /** When the first URL of a job's files that are still to be fetched stops working; null where none says. */
  expiryOf(jobSeq: number): number | null {
    return this.#db
      .prepare(`SELECT min(o.expires_at) FROM attempts a JOIN outputs o ON o.attempt_id = a.id AND o.state = 'pending' WHERE a.job_seq = ?`)
      .pluck()
      .get(jobSeq) as number | null;
  }

  /**
   * Jobs of a batch with files to be fetched, in pages: first those whose URLs stop working after `now`, the soonest first, then all
   * others, the oldest generation first. A job may come more than once.
   */
  *toFetch(batchId: number, now: number): Generator<readonly number[]> {
    // The index of what expires leads, few as it holds: the planner would rather begin with all that is ready.
    const expiring =
      this.#db.prepare(`SELECT a.job_seq AS seq, o.expires_at AS at, o.id FROM outputs o CROSS JOIN attempts a ON a.id = o.attempt_id
        AND a.batch_id = ? AND a.state = 'ready' WHERE o.state = 'pending' AND o.expires_at IS NOT NULL AND (o.expires_at, o.id) > (?, ?)
      ORDER BY o.expires_at, o.id LIMIT ${PAGE}`);
    yield* this.#pages(expiring, batchId, now);
    const others = this.#db.prepare(`SELECT a.job_seq AS seq, a.completed_at AS at, a.id FROM attempts a
      WHERE a.batch_id = ? AND a.state = 'ready' AND (a.completed_at, a.id) > (?, ?)
        AND NOT EXISTS (SELECT 1 FROM outputs o WHERE o.attempt_id = a.id AND o.state = 'pending' AND o.expires_at > ${Math.floor(now)})
      ORDER BY a.completed_at, a.id LIMIT ${PAGE}`);
    yield* this.#pages(others, batchId, -1);
  }

  *#pages(page: Statement, batchId: number, from: number): Generator<readonly number[]> {
    let after: readonly [number, number] = [from, Number.MAX_SAFE_INTEGER];
    for (;;) {
      const rows = page.all(batchId, ...after) as { seq: number; at: number; id: number }[];
      const last = rows.at(-1);
      if (!last) return;
      yield rows.map(({ seq }) => seq);
      after = [last.at, last.id];
    }
  }

  /** Records a file that lies under its final name. */
  saved(id: number, file: { readonly path: string; readonly bytes: number; readonly sha256: string; readonly mediaType: string }): void {
    this.#change(
      id,
      'pending',
      `UPDATE outputs SET state = 'saved', path = ?, bytes = ?, sha256 = ?, media_type = ? WHERE id = ? AND state = 'pending'`,
      [file.path, file.bytes, file.sha256, file.mediaType, id],
    );
  }

  /** A fresh URL for an expired one. */
  refreshed(id: number, url: string): void {
    this.#change(
      id,
      'pending',
      `UPDATE outputs SET url = ?, expires_at = ?, refreshes = refreshes + 1 WHERE id = ? AND state = 'pending'`,
      [url, urlExpiry(url), id],
    );
  }

  lost(id: number): void {
    this.#change(id, 'pending', `UPDATE outputs SET state = 'lost' WHERE id = ? AND state = 'pending'`, [id]);
  }

  /** A saved file that is no longer on disk: to be fetched again. What it was is kept: it may come back, as on a disk that was not mounted. */
  vanished(id: number): void {
    this.#change(id, 'saved', `UPDATE outputs SET state = 'pending', refreshes = 0 WHERE id = ? AND state = 'saved'`, [id]);
  }

  /** A file that was renamed on disk. */
  moved(id: number, path: string): void {
    this.#change(id, 'saved', `UPDATE outputs SET path = ? WHERE id = ? AND state = 'saved'`, [path, id]);
  }

  /** Files that were renamed on disk, recorded in one commit. */
  movedTogether(files: readonly { readonly outputId: number; readonly wanted: string }[]): void {
    this.#db
      .transaction(() => {
        for (const { outputId, wanted } of files) this.moved(outputId, wanted);
      })
      .immediate();
  }

  /** Saved files of a job's attempts other than this one. */
  ofOtherAttempts(jobSeq: number, number: number): readonly (Output & { readonly number: number })[] {
    return this.#db
      .prepare(
        `SELECT ${OUTPUT_COLUMNS}, a.number FROM outputs o JOIN attempts a ON a.id = o.attempt_id WHERE a.job_seq = ? AND a.number <> ? AND o.state = 'saved' ORDER BY a.number, o.position`,
      )
      .all(jobSeq, number) as (Output & { number: number })[];
  }

  /** Streams the done jobs of a batch of which there is more than one attempt. */
  *ofSeveralAttempts(batchId: number): Generator<MadeAgain> {
    const page =
      this.#db.prepare(`SELECT ${MADE_AGAIN} FROM (SELECT DISTINCT job_seq FROM attempts WHERE batch_id = ? AND number > 1 AND job_seq > ?
        ORDER BY job_seq LIMIT 1000) more JOIN jobs j ON j.seq = more.job_seq
      LEFT JOIN attempts a ON a.job_seq = j.seq AND a.number = j.attempt AND j.state = 'done' AND j.removed = 0`);
    yield* this.#madeAgain(page, batchId);
  }

  /** Streams the jobs beside the staging table whose change was taken back, with the attempt that they are to stand with again. */
  *ofTakenBack(batchId: number): Generator<MadeAgain> {
    const page =
      this.#db.prepare(`SELECT ${MADE_AGAIN.replace('j.output,', 's.output,')} FROM temp.staged s JOIN jobs j ON j.batch_id = ? AND j.id = s.id
      JOIN attempts a ON a.job_seq = j.seq AND a.number = ${MADE_BEFORE} WHERE j.seq > ? AND ${TAKEN_BACK} ORDER BY j.seq LIMIT 1000`);
    yield* this.#madeAgain(page, batchId);
  }

  *#madeAgain(page: Statement, batchId: number): Generator<MadeAgain> {
    for (let last = 0; ; ) {
      const rows = page.all(batchId, last) as (MadeAgain & { attemptId: number | null })[];
      if (rows.length === 0) return;
      for (const row of rows) if (row.attemptId !== null) yield { ...row, files: this.ofAttempt(row.attemptId) };
      last = rows.reduce((most, { seq }) => Math.max(most, seq), last);
    }
  }

  /** Streams the saved files of done jobs, for checking them against the disk. */
  *ofDoneJobs(batchId: number): Generator<Output & { readonly jobSeq: number; readonly jobId: string }> {
    const page =
      this.#db.prepare(`SELECT ${OUTPUT_COLUMNS}, j.seq AS jobSeq, j.id AS jobId FROM jobs j JOIN attempts a ON a.job_seq = j.seq AND a.number = j.attempt
      JOIN outputs o ON o.attempt_id = a.id AND o.state = 'saved' WHERE j.batch_id = ? AND j.state = 'done' AND j.removed = 0 AND (j.seq, o.position) > (?, ?)
      ORDER BY j.seq, o.position LIMIT 1000`);
    let after: readonly [number, number] = [0, -1];
    for (;;) {
      const rows = page.all(batchId, ...after) as (Output & { jobSeq: number; jobId: string })[];
      const last = rows.at(-1);
      if (!last) return;
      yield* rows;
      after = [last.jobSeq, last.position];
    }
  }

  /**
   * Streams the jobs of a batch whose generation is there. `staged`: beside the manifest in the staging table, with what was removed and comes
   * back: its files are this run's again.
   */
  *ofMadeJobs(batchId: number, staged: boolean): Generator<MadeJob> {
    const files = this.#db.prepare(`SELECT ${OUTPUT_COLUMNS} FROM outputs o WHERE attempt_id = ? ORDER BY position`);
    const page =
      this.#db.prepare(`SELECT j.seq, j.id, j.state, a.id AS attemptId, ${staged ? 'coalesce(s.output, j.output)' : 'j.output'} AS output, j.outputs_asked AS outputsAsked
      FROM jobs j JOIN attempts a ON a.job_seq = j.seq AND a.number = j.attempt
      ${staged ? 'LEFT JOIN temp.staged s ON s.id = j.id AND s.fingerprint = j.fingerprint' : ''}
      WHERE j.batch_id = ? AND j.state = ? AND j.seq > ? AND ${staged ? '(j.removed = 0 OR s.id IS NOT NULL)' : 'j.removed = 0'} ORDER BY j.seq LIMIT 1000`);
    for (const state of ['done', 'ready'] as const) {
      for (let last = 0; ; ) {
        const rows = page.all(batchId, state, last) as Omit<MadeJob, 'files'>[];
        const end = rows.at(-1);
        if (!end) break;
        for (const row of rows) yield { ...row, files: files.all(row.attemptId) as Output[] };
        last = end.seq;
      }
    }
  }

  /** Puts a done job back to `ready`, its vanished files to be fetched again. */
  reopen(jobSeq: number, attemptId: number): void {
    this.#db
      .transaction(() => {
        const attempt = this.#db.prepare(`UPDATE attempts SET state = 'ready' WHERE id = ? AND state = 'done'`).run(attemptId);
        const job = this.#db.prepare(`UPDATE jobs SET state = 'ready' WHERE seq = ? AND state = 'done'`).run(jobSeq);
        if (attempt.changes !== 1 || job.changes !== 1)
          throw new Error(`Cannot fetch the files of job ${jobSeq} again: it is no longer done`);
      })
      .immediate();
  }

  #change(id: number, expected: string, sql: string, values: readonly unknown[]): void {
    if (this.#db.prepare(sql).run(...values).changes !== 1) throw new Error(`Cannot change the output ${id}: it is no longer ${expected}`);
  }
}
