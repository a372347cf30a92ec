import type { PilotFigures } from '../plan/project-pilot.ts';
import type { Micros } from '../values/money.ts';
import type { QueueDb } from './open-queue.ts';
import { TO_PAY } from './staged-columns.ts';

/** The pilot of a run: the marked jobs of the staging table, run before the rest. */
export class PilotStore {
  readonly #db: QueueDb;

  constructor(db: QueueDb) {
    this.#db = db;
  }

  /** What the pilot itself would pay, by provider. */
  toPay(batchId: number | null): readonly { provider: string; jobs: number; amount: Micros; unpriced: number }[] {
    return this.#db
      .prepare(`SELECT s.provider, count(*) AS jobs, coalesce(sum(s.quote), 0) AS amount, sum(s.quote IS NULL) AS unpriced
        FROM temp.staged s LEFT JOIN jobs j ON j.batch_id = ? AND j.id = s.id WHERE s.pilot AND ${TO_PAY} GROUP BY s.provider ORDER BY s.provider`)
      .all(batchId) as { provider: string; jobs: number; amount: Micros; unpriced: number }[];
  }

  /** Ids of the pilot's jobs, in manifest order. */
  ids(): readonly string[] {
    return this.#db.prepare('SELECT id FROM temp.staged WHERE pilot ORDER BY seq').pluck().all() as string[];
  }

  /** Remembers the pilot, and holds everything else: to be called when the staged jobs are the batch's. */
  begin(batchId: number): void {
    this.#db
      .transaction(() => {
        this.forget(batchId);
        this.#db
          .prepare(`INSERT INTO pilots (job_seq, batch_id, fingerprint) SELECT j.seq, j.batch_id, s.fingerprint FROM temp.staged s
            JOIN jobs j ON j.batch_id = ? AND j.id = s.id WHERE s.pilot`)
          .run(batchId);
        this.#hold(batchId, 0);
      })
      .immediate();
  }

  /** Lets the rest go on. */
  release(batchId: number): void {
    this.#db
      .transaction(() => {
        this.forget(batchId);
        this.#hold(batchId, 1);
      })
      .immediate();
  }

  forget(batchId: number): void {
    this.#db.prepare('DELETE FROM pilots WHERE batch_id = ?').run(batchId);
  }

  /** What the pilot showed, by model, the models included that it did not reach. */
  result(batchId: number): readonly PilotFigures[] {
    const ended = `(s.pilot AND j.state IN ('done', 'failed', 'rejected'))`;
    const left = `(NOT s.pilot AND j.state = 'queued')`;
    const sum = (which: string): string =>
      `CASE WHEN sum(${which} AND s.quote IS NULL) = 0 THEN coalesce(sum(CASE WHEN ${which} THEN s.quote END), 0) END`;
    return this.#db
      .prepare(`SELECT s.provider, s.model, sum(s.pilot) AS jobs, sum(s.pilot AND j.state = 'done') AS done,
          sum(s.pilot AND j.state IN ('failed', 'rejected')) AS failed, sum(s.pilot AND j.state = 'unknown') AS unknown, sum(${ended}) AS ended,
          ${sum(ended)} AS quoted, coalesce(sum(CASE WHEN ${ended} THEN coalesce(a.charged, 0) - coalesce(a.refunded, 0) END), 0) AS net,
          sum(${left}) AS left, ${sum(left)} AS leftQuoted
        FROM temp.staged s JOIN jobs j ON j.batch_id = ? AND j.id = s.id LEFT JOIN attempts a ON a.job_seq = j.seq AND a.number = j.attempt
        WHERE s.picked GROUP BY s.provider, s.model HAVING sum(s.pilot) > 0 OR sum(${left}) > 0 ORDER BY min(s.seq)`)
      .all(batchId) as PilotFigures[];
  }

  #hold(batchId: number, held: 0 | 1): void {
    this.#db
      .prepare(`UPDATE jobs AS j SET held = 1 - j.held FROM temp.staged s WHERE j.batch_id = ? AND j.id = s.id AND s.picked AND NOT s.pilot
        AND j.fingerprint = s.fingerprint AND j.held = ? AND j.state IN ('queued', 'submitting', 'processing', 'ready', 'unknown')`)
      .run(batchId, held);
  }
}
