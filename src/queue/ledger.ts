import type { Micros } from '../values/money.ts';
import type { QueueDb } from './open-queue.ts';

/** The four things that happen to money. */
export type LedgerKind = 'reserve' | 'release' | 'charge' | 'refund';

/** Money of one batch at one provider (contract, section 8). */
export interface MoneyTotals {
  readonly provider: string;
  /** Of attempts in flight. */
  readonly reserved: Micros;
  /** Of attempts whose outcome is not known. */
  readonly unknown: Micros;
  readonly charged: Micros;
  readonly refunded: Micros;
}

/** A broken promise about money: submission stops, and the run says so. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** The append-only account book of the queue. Sums are kept by a trigger and checked against the book. */
export class Ledger {
  readonly #db: QueueDb;

  constructor(db: QueueDb) {
    this.#db = db;
  }

  /** Writes one entry. The caller holds the transaction in which the state changes with it. */
  write(
    entry: {
      readonly batchId: number;
      readonly attemptId: number;
      readonly provider: string;
      readonly kind: LedgerKind;
      readonly amount: Micros;
      readonly note: string;
    },
    now: number,
  ): void {
    if (entry.amount === 0 && entry.kind !== 'charge') return;
    this.#db
      .prepare('INSERT INTO ledger (at, batch_id, attempt_id, provider, kind, amount, note) VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(now, entry.batchId, entry.attemptId, entry.provider, entry.kind, entry.amount, entry.note);
  }

  /** What is reserved for an attempt and not released. */
  outstanding(attemptId: number): Micros {
    return this.#db
      .prepare(
        `SELECT coalesce(sum(CASE kind WHEN 'reserve' THEN amount WHEN 'release' THEN -amount ELSE 0 END), 0) FROM ledger WHERE attempt_id = ?`,
      )
      .pluck()
      .get(attemptId) as Micros;
  }

  /** Money of a batch by provider. */
  totals(batchId: number): readonly MoneyTotals[] {
    return this.#db
      .prepare(`SELECT m.provider, m.outstanding - coalesce(u.sum, 0) AS reserved, coalesce(u.sum, 0) AS unknown, m.charged, m.refunded
        FROM money m LEFT JOIN (SELECT provider, sum(coalesce(quote, 0)) AS sum FROM attempts WHERE batch_id = $b AND state = 'unknown' GROUP BY provider) u
          ON u.provider = m.provider WHERE m.batch_id = $b`)
      .all({ b: batchId }) as MoneyTotals[];
  }

  /** What counts against a batch's cap: charged - refunded + reserved + unknown. */
  committed(batchId: number, provider: string): Micros {
    return (
      (this.#db
        .prepare('SELECT charged - refunded + outstanding FROM money WHERE batch_id = ? AND provider = ?')
        .pluck()
        .get(batchId, provider) as Micros | undefined) ?? 0
    );
  }

  /** Charged less refunded at a provider, all batches. */
  netOf(provider: string): Micros {
    return this.#db.prepare('SELECT coalesce(sum(charged - refunded), 0) FROM money WHERE provider = ?').pluck().get(provider) as Micros;
  }

  /** Reserved and unknown at a provider, all batches. */
  outstandingOf(provider: string): Micros {
    return this.#db.prepare('SELECT coalesce(sum(outstanding), 0) FROM money WHERE provider = ?').pluck().get(provider) as Micros;
  }

  /** Charged less refunded of other batches at a provider since a time. */
  netOfOthersSince(batchId: number, provider: string, since: number): Micros {
    return this.#db
      .prepare(
        `SELECT coalesce(sum(CASE kind WHEN 'charge' THEN amount WHEN 'refund' THEN -amount ELSE 0 END), 0) FROM ledger WHERE provider = ? AND at >= ? AND batch_id <> ?`,
      )
      .pluck()
      .get(provider, since, batchId) as Micros;
  }

  /** Checks the kept sums against the book, and that no remote id serves two attempts. Throws an InvariantError. */
  assertClosed(batchId: number): void {
    const wrong = this.#db
      .prepare(`SELECT m.provider FROM money m JOIN (SELECT provider,
            sum(CASE kind WHEN 'reserve' THEN amount WHEN 'release' THEN -amount ELSE 0 END) AS outstanding,
            sum(CASE kind WHEN 'charge' THEN amount ELSE 0 END) AS charged, sum(CASE kind WHEN 'refund' THEN amount ELSE 0 END) AS refunded
          FROM ledger WHERE batch_id = $b GROUP BY provider) l ON l.provider = m.provider
        WHERE m.batch_id = $b AND (m.outstanding <> l.outstanding OR m.charged <> l.charged OR m.refunded <> l.refunded)`)
      .pluck()
      .all({ b: batchId });
    if (wrong.length > 0)
      throw new InvariantError(
        `The sums of ${wrong.join(', ')} differ from the ledger's entries. Nothing more is submitted; run nightshift report and keep the queue file`,
      );
    const states = this.#db
      .prepare(`SELECT j.id, j.state AS job, a.state AS attempt FROM jobs j JOIN attempts a ON a.job_seq = j.seq AND a.number = j.attempt
        WHERE j.batch_id = ? AND j.state IN ('submitting', 'processing', 'ready', 'unknown') AND a.state <> j.state LIMIT 1`)
      .get(batchId) as { id: string; job: string; attempt: string } | undefined;
    if (states)
      throw new InvariantError(
        `The job ${states.id} is ${states.job} and its attempt is ${states.attempt}. Nothing more is submitted; keep the queue file`,
      );
  }
}
