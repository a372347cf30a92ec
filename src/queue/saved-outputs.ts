import type { QueueDb } from './open-queue.ts';

/** A file that was saved, as it was recorded. */
export interface SavedOutput {
  readonly id: number;
  readonly job: string;
  readonly attempt: number;
  readonly attemptId: number;
  readonly position: number;
  readonly role: 'main' | 'preview';
  /** Relative to the output folder, forward slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly mediaType: string | null;
  /** The job stands with another attempt that has files, or a later one has: nothing needs this one any more. */
  readonly superseded: boolean;
}

const PAGE = 500;

/** Streams every saved file of a batch in pages: of all attempts, and of jobs that the manifest no longer has too. */
export function* savedOutputs(db: QueueDb, batchId: number): Generator<readonly SavedOutput[]> {
  const page =
    db.prepare(`SELECT o.id, j.id AS job, a.number AS attempt, a.id AS attemptId, o.position, o.role, o.path, o.bytes, o.sha256, o.media_type AS mediaType,
      a.number <> j.attempt AND EXISTS (SELECT 1 FROM attempts other JOIN outputs theirs ON theirs.attempt_id = other.id AND theirs.state = 'saved'
        WHERE other.job_seq = a.job_seq AND (other.number = j.attempt OR other.number > a.number)) AS superseded
    FROM outputs o JOIN attempts a ON a.id = o.attempt_id JOIN jobs j ON j.seq = a.job_seq
    WHERE a.batch_id = ? AND o.state = 'saved' AND o.id > ? ORDER BY o.id LIMIT ${PAGE}`);
  for (let after = 0; ; ) {
    const rows = (page.all(batchId, after) as (Omit<SavedOutput, 'superseded'> & { superseded: number })[]).map((row) => ({
      ...row,
      superseded: row.superseded === 1,
    }));
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    after = last.id;
  }
}

/** Tells whether a path is that of a file that was saved by any batch with this output folder, also where it is counted as gone. Works on a queue opened for reading. */
export function knownPaths(db: QueueDb, outDir: string): (path: string) => boolean {
  db.exec('DROP TABLE IF EXISTS temp.known; CREATE TEMP TABLE known (path TEXT PRIMARY KEY) WITHOUT ROWID');
  db.prepare(`INSERT OR IGNORE INTO temp.known SELECT o.path FROM batches b CROSS JOIN jobs j ON j.batch_id = b.id
    CROSS JOIN attempts a ON a.job_seq = j.seq CROSS JOIN outputs o ON o.attempt_id = a.id WHERE b.out_dir = ? AND o.path IS NOT NULL`).run(
    outDir,
  );
  const known = db.prepare('SELECT 1 FROM temp.known WHERE path = ?');
  return (path) => known.get(path) !== undefined;
}
