import { ATTEMPT_COLUMNS, type Attempt, readAttempt } from './attempt-row.ts';
import type { QueueDb } from './open-queue.ts';

/** What is asked of attempts. Changes nothing. */
export class AttemptReads {
  readonly #db: QueueDb;

  constructor(db: QueueDb) {
    this.#db = db;
  }

  byId(id: number): Attempt {
    return readAttempt(this.#db.prepare(`SELECT ${ATTEMPT_COLUMNS} FROM attempts WHERE id = ?`).get(id));
  }

  /** The attempt that a job stands with: its latest, save one withdrawn after another; null before the first. */
  latest(jobSeq: number): Attempt | null {
    const row = this.#db
      .prepare(`SELECT ${ATTEMPT_COLUMNS} FROM attempts WHERE job_seq = ? AND number = (SELECT attempt FROM jobs WHERE seq = ?)`)
      .get(jobSeq, jobSeq);
    return row ? readAttempt(row) : null;
  }

  /** The number that the next attempt of a job will have. One that was withdrawn gives its number back. */
  nextNumber(jobSeq: number): number {
    const sql = `SELECT coalesce(max(number), 0) + 1 FROM attempts WHERE job_seq = ? AND state <> 'withdrawn'`;
    return this.#db.prepare(sql).pluck().get(jobSeq) as number;
  }

  /** Whether a provider made what is still to be fetched. A job that was adopted for another model may be meant for another provider by now. */
  madeReady(batchId: number, provider: string): boolean {
    const sql = `SELECT 1 FROM jobs j JOIN attempts a ON a.job_seq = j.seq AND a.number = j.attempt
      WHERE j.batch_id = ? AND j.state = 'ready' AND a.provider = ? LIMIT 1`;
    return this.#db.prepare(sql).get(batchId, provider) !== undefined;
  }

  /** The attempt that an id belongs to, of whichever family: histories list several together. Null when it belongs to none of ours. */
  ownerOfAny(provider: string, remoteId: string): number | null {
    const sql = 'SELECT attempt_id FROM remote_ids WHERE provider = ? AND remote_id = ? LIMIT 1';
    return (this.#db.prepare(sql).pluck().get(provider, remoteId) as number | undefined) ?? null;
  }

  /** The job that an id of a provider belongs to; null when it is none of ours. */
  jobOf(provider: string, remoteId: string): { readonly batch: string; readonly id: string } | null {
    const sql = `SELECT b.name AS batch, j.id FROM remote_ids r JOIN attempts a ON a.id = r.attempt_id JOIN jobs j ON j.seq = a.job_seq
      JOIN batches b ON b.id = j.batch_id WHERE r.provider = ? AND r.remote_id = ? LIMIT 1`;
    return (this.#db.prepare(sql).get(provider, remoteId) as { batch: string; id: string } | undefined) ?? null;
  }

  /** The attempt that an id of a family belongs to; null when it belongs to none of ours. */
  ownerOf(provider: string, family: string, remoteId: string): number | null {
    return (
      (this.#db
        .prepare('SELECT attempt_id FROM remote_ids WHERE provider = ? AND family = ? AND remote_id = ?')
        .pluck()
        .get(provider, family, remoteId) as number | undefined) ?? null
    );
  }

  /** Attempts whose outcome is unknown, oldest intent first. */
  unknown(batchId: number): readonly Attempt[] {
    return this.#db
      .prepare(`SELECT ${ATTEMPT_COLUMNS} FROM attempts WHERE batch_id = ? AND state = 'unknown' ORDER BY intent_at`)
      .all(batchId)
      .map(readAttempt);
  }

  /**
   * Unknown attempts of other batches that queued jobs of this one wait for: the provider's history could not tell the two apart. Looks
   * through the queued jobs where there are unknown attempts elsewhere.
   */
  unknownElsewhere(batchId: number): readonly Attempt[] {
    return this.#db
      .prepare(`SELECT ${ATTEMPT_COLUMNS} FROM attempts a WHERE a.state = 'unknown' AND a.batch_id IN (SELECT id FROM batches WHERE id <> $b)
        AND EXISTS (SELECT 1 FROM jobs j WHERE j.batch_id = $b AND j.state = 'queued' AND j.removed = 0 AND j.held = 0
          AND j.twin_key = (SELECT twin_key FROM jobs WHERE seq = a.job_seq))`)
      .all({ b: batchId })
      .map(readAttempt);
  }

  /** Attempts at a provider that have no id and may show in its history all the same: on their way, unknown, and given up since a moment. */
  withoutId(provider: string, since: number): readonly Attempt[] {
    const found = (where: string, ...values: readonly unknown[]): Attempt[] =>
      this.#db
        .prepare(`SELECT ${ATTEMPT_COLUMNS} FROM attempts WHERE ${where}`)
        .all(...values)
        .map(readAttempt);
    return [
      ...found(`state = 'submitting' AND provider = ?`, provider),
      ...found(`state = 'unknown' AND provider = ? AND batch_id IN (SELECT id FROM batches)`, provider),
      ...found(`state = 'failed' AND remote_id IS NULL AND provider = ? AND intent_at > ?`, provider, since),
    ];
  }

  /** Attempts with a refund that the documents promise and nothing has shown yet. */
  openRefunds(batchId: number): readonly Attempt[] {
    return this.#db.prepare(`SELECT ${ATTEMPT_COLUMNS} FROM attempts WHERE batch_id = ? AND refund_open = 1`).all(batchId).map(readAttempt);
  }
}
