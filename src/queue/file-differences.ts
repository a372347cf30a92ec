import type { QueueDb } from './open-queue.ts';
import { TAKEN_BACK } from './staged-columns.ts';

/** A saved file that is not where it belongs. */
export interface FileDifference {
  readonly outputId: number;
  readonly jobSeq: number;
  readonly jobId: string;
  readonly attemptId: number;
  /** `move`: under its old name; `arrived`: under its new name, which is not recorded yet; `elsewhere`: in the batch's folder of before; `missing`: nowhere. */
  readonly kind: 'move' | 'arrived' | 'elsewhere' | 'missing';
  /** Where the queue says that it lies, and where it belongs: relative to the output folder. */
  readonly path: string;
  readonly wanted: string;
  readonly bytes: number;
  readonly sha256: string;
}

const COLUMNS = 'outputId, jobSeq, jobId, attemptId, kind, path, wanted, bytes, sha256';

/** What the disk has otherwise than the queue, in a temporary table: all the outputs of a large batch may be renamed at once. */
export class FileDifferences {
  readonly #db: QueueDb;

  constructor(db: QueueDb) {
    this.#db = db;
    db.exec(`DROP TABLE IF EXISTS temp.file_differences;
      CREATE TEMP TABLE file_differences (seq INTEGER PRIMARY KEY, ${COLUMNS});
      CREATE INDEX temp.file_differences_by_path ON file_differences (path);
      CREATE INDEX temp.file_differences_by_wanted ON file_differences (wanted);
      CREATE INDEX temp.file_differences_by_job ON file_differences (jobId)`);
  }

  add(files: readonly FileDifference[]): void {
    const insert = this.#db.prepare(`INSERT INTO temp.file_differences (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#db.transaction(() => {
      for (const file of files) {
        const { outputId, jobSeq, jobId, attemptId, kind, path, wanted, bytes, sha256 } = file;
        insert.run(outputId, jobSeq, jobId, attemptId, kind, path, wanted, bytes, sha256);
      }
    })();
  }

  /** Streams those of a kind, in the order added. They may be taken off meanwhile. */
  *of(kind: FileDifference['kind']): Generator<FileDifference> {
    const page = this.#db.prepare(`SELECT seq, ${COLUMNS} FROM temp.file_differences WHERE kind = ? AND seq > ? ORDER BY seq LIMIT 1000`);
    for (let last = 0; ; ) {
      const rows = page.all(kind, last) as (FileDifference & { seq: number })[];
      const end = rows.at(-1);
      if (!end) return;
      yield* rows;
      last = end.seq;
    }
  }

  /** The file to be moved that lies under a name now; null when none does. */
  movingFrom(path: string): FileDifference | null {
    const row = this.#db.prepare(`SELECT ${COLUMNS} FROM temp.file_differences WHERE path = ? AND kind = 'move'`).get(path);
    return (row as FileDifference | undefined) ?? null;
  }

  /** The file to be moved to a name; null when none is. */
  movingTo(wanted: string): FileDifference | null {
    const row = this.#db.prepare(`SELECT ${COLUMNS} FROM temp.file_differences WHERE wanted = ? AND kind = 'move'`).get(wanted);
    return (row as FileDifference | undefined) ?? null;
  }

  /** The files of a job that are to be moved. */
  movesOf(jobId: string): readonly FileDifference[] {
    const sql = `SELECT ${COLUMNS} FROM temp.file_differences WHERE jobId = ? AND kind = 'move' ORDER BY seq`;
    return this.#db.prepare(sql).all(jobId) as FileDifference[];
  }

  /** Whether a file of the job can be found nowhere. */
  isMissing(jobId: string): boolean {
    return this.#db.prepare(`SELECT 1 FROM temp.file_differences WHERE jobId = ? AND kind = 'missing' LIMIT 1`).get(jobId) !== undefined;
  }

  /** Ids of the jobs with a missing file that are, or come back to be, finished as the manifest has them and means them. One that was queued for a change meanwhile is made anew. */
  missingJobs(batchId: number): readonly string[] {
    return this.#db
      .prepare(`SELECT DISTINCT d.jobId FROM temp.file_differences d JOIN jobs j ON j.seq = d.jobSeq JOIN temp.staged s ON s.id = d.jobId
        WHERE d.kind = 'missing' AND j.batch_id = ? AND s.picked AND ((j.state = 'done' AND s.fingerprint = j.fingerprint) OR ${TAKEN_BACK}) ORDER BY d.jobSeq`)
      .pluck()
      .all(batchId) as string[];
  }

  count(kind: FileDifference['kind']): number {
    return this.#db.prepare('SELECT count(*) FROM temp.file_differences WHERE kind = ?').pluck().get(kind) as number;
  }

  /** What was found of a job is not so any more. */
  forget(jobId: string): void {
    this.#db.prepare('DELETE FROM temp.file_differences WHERE jobId = ?').run(jobId);
  }

  /** It is where it belongs now. */
  settle(outputId: number): void {
    this.#db.prepare('DELETE FROM temp.file_differences WHERE outputId = ?').run(outputId);
  }

  drop(): void {
    this.#db.exec('DROP TABLE IF EXISTS temp.file_differences');
  }
}
