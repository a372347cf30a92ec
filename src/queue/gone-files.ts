import { assertMoved, moveJob } from './move-job.ts';
import { oneCommit } from './one-commit.ts';
import type { QueueDb } from './open-queue.ts';
import { type MadeJob, OUTPUT_COLUMNS, type Output } from './output-store.ts';

/** A job with a file that was saved once and is gone: paid and lost, or to be fetched again. */
export interface GoneJob extends Omit<MadeJob, 'state'> {
  readonly state: 'failed' | 'ready';
}

/** Files that were saved once and are not on disk any more, and may come back. */
export class GoneFiles {
  readonly #db: QueueDb;

  constructor(db: QueueDb) {
    this.#db = db;
  }

  /** A file that had vanished, or was given up as lost, and lies on disk again with its content. */
  found(id: number, path: string): void {
    const found = this.#db
      .prepare(`UPDATE outputs SET state = 'saved', path = ? WHERE id = ? AND state IN ('pending', 'lost') AND sha256 IS NOT NULL`)
      .run(path, id);
    if (found.changes !== 1) throw new Error(`Cannot take the output ${id} as found: it is not gone`);
  }

  /** Makes a job done that was given up for lost files, if none of them is lost any more. */
  done(jobSeq: number, attemptId: number): void {
    oneCommit(this.#db, () => {
      const gone = this.#db.prepare(`SELECT 1 FROM outputs WHERE attempt_id = ? AND state <> 'saved' LIMIT 1`).get(attemptId);
      if (gone !== undefined) return;
      moveJob(this.#db, jobSeq, 'failed', 'done', { error: null });
      const attempt = this.#db.prepare(`UPDATE attempts SET state = 'done', error = NULL WHERE id = ? AND state = 'failed'`).run(attemptId);
      assertMoved(attempt.changes, attemptId, 'failed');
    });
  }

  /** Streams the jobs with a file that was saved once and is gone: paid and lost, or to be fetched again. */
  *jobs(batchId: number): Generator<GoneJob> {
    const files = this.#db.prepare(`SELECT ${OUTPUT_COLUMNS} FROM outputs o WHERE attempt_id = ? ORDER BY position`);
    const page = this.#db.prepare(`SELECT j.seq, j.id, j.state, a.id AS attemptId, j.output, j.outputs_asked AS outputsAsked
      FROM jobs j CROSS JOIN attempts a ON a.job_seq = j.seq AND a.number = j.attempt AND a.state = j.state
      WHERE j.batch_id = ? AND j.state = ? AND j.seq > ? AND (j.state = 'ready' OR j.error ->> '$.class' = 'lost')
        AND EXISTS (SELECT 1 FROM outputs o WHERE o.attempt_id = a.id AND o.state <> 'saved' AND o.sha256 IS NOT NULL) ORDER BY j.seq LIMIT 1000`);
    for (const state of ['failed', 'ready'] as const) {
      for (let last = 0; ; ) {
        const rows = page.all(batchId, state, last) as Omit<GoneJob, 'files'>[];
        const end = rows.at(-1);
        if (!end) break;
        for (const row of rows) yield { ...row, files: files.all(row.attemptId) as Output[] };
        last = end.seq;
      }
    }
  }
}
