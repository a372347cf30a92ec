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

/** The three sums of ledger entries. */
const SUMS = `sum(CASE kind WHEN 'reserve' THEN amount WHEN 'release' THEN -amount ELSE 0 END) AS outstanding,
  sum(CASE kind WHEN 'charge' THEN amount ELSE 0 END) AS charged, sum(CASE kind WHEN 'refund' THEN amount ELSE 0 END) AS refunded`;

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

  /** How many entries there are, all batches: none is ever taken out. */
  entries(): number {
    return this.#db.prepare('SELECT coalesce(max(id), 0) FROM ledger').pluck().get() as number;
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

  /**
   * Reserved at a provider for what was accepted and not booked yet, all batches: an account that charges at submission has taken it
   * already, so that a balance read now is lower by it.
   */
  acceptedOf(provider: string): Micros {
    return this.#db
      .prepare(`SELECT coalesce(sum(quote), 0) FROM attempts WHERE provider = ? AND state = 'processing' AND charged IS NULL`)
      .pluck()
      .get(provider) as Micros;
  }

  /**
   * Charged less refunded of other batches at a provider from a time on, and up to another where one is given. Asked every second of a run:
   * this batch's own entries, millions, are not looked at.
   */
  netOfOthers(batchId: number, provider: string, since: number, until: number | null): Micros {
    return this.#db
      .prepare(
        `SELECT coalesce(sum(CASE l.kind WHEN 'charge' THEN l.amount WHEN 'refund' THEN -l.amount ELSE 0 END), 0)
          FROM money m JOIN ledger l ON l.provider = m.provider AND l.batch_id = m.batch_id AND l.at >= ? AND l.at <= ?
          WHERE m.provider = ? AND m.batch_id <> ?`,
      )
      .pluck()
      .get(since, until ?? Number.MAX_SAFE_INTEGER, provider, batchId) as Micros;
  }

  /** Whether anything of a batch was reserved, released, charged or given back at a provider after a time. */
  bookedAfter(batchId: number, provider: string, at: number): boolean {
    return (
      this.#db.prepare('SELECT 1 FROM ledger WHERE provider = ? AND batch_id = ? AND at > ? LIMIT 1').get(provider, batchId, at) !==
      undefined
    );
  }

  /**
   * Checks the kept sums against the book, each attempt against its entries, and each remote id against its one attempt. Reads the whole
   * book of the batch: for the start and the end of a run. Throws an InvariantError.
   */
  assertClosed(batchId: number): void {
    this.#assertNone(
      batchId,
      `SELECT coalesce(m.provider, l.provider) FROM (SELECT * FROM money WHERE batch_id = $b) m FULL OUTER JOIN (SELECT provider, ${SUMS}
          FROM ledger WHERE batch_id = $b GROUP BY provider) l ON l.provider = m.provider
        WHERE coalesce(m.outstanding, 0) <> coalesce(l.outstanding, 0) OR coalesce(m.charged, 0) <> coalesce(l.charged, 0)
          OR coalesce(m.refunded, 0) <> coalesce(l.refunded, 0)`,
      (provider) => `The sums of ${provider} differ from the ledger's entries`,
    );
    this.#assertNone(
      batchId,
      `SELECT j.id || ', attempt ' || a.number FROM attempts a JOIN jobs j ON j.seq = a.job_seq
          LEFT JOIN (SELECT attempt_id, ${SUMS} FROM ledger WHERE batch_id = $b GROUP BY attempt_id) l ON l.attempt_id = a.id
        WHERE a.batch_id = $b AND (coalesce(a.charged, 0) <> coalesce(l.charged, 0) OR coalesce(a.refunded, 0) <> coalesce(l.refunded, 0)
          OR coalesce(l.outstanding, 0) <> CASE WHEN a.state IN ('submitting', 'unknown') OR (a.state = 'processing' AND a.charged IS NULL)
            THEN coalesce(a.quote, 0) ELSE 0 END)`,
      (attempt) => `The money of ${attempt} differs from its ledger entries`,
    );
    this.#assertNone(
      batchId,
      `SELECT j.id || ' is ' || j.state || ' and its attempt is ' || a.state FROM jobs j JOIN attempts a ON a.job_seq = j.seq AND a.number = j.attempt
        WHERE j.batch_id = $b AND j.state IN ('submitting', 'processing', 'ready', 'unknown') AND a.state <> j.state`,
      (job) => `The job ${job}`,
    );
    this.#assertNone(
      batchId,
      `SELECT a.remote_id FROM attempts a LEFT JOIN remote_ids r ON r.provider = a.provider AND r.family = a.family AND r.remote_id = a.remote_id
        WHERE a.batch_id = $b AND a.remote_id IS NOT NULL AND r.attempt_id IS NOT a.id`,
      (remoteId) => `The id ${remoteId} is bound to another attempt than the one that has it`,
    );
  }

  #assertNone(batchId: number, query: string, found: (what: string) => string): void {
    const wrong = this.#db.prepare(`${query} LIMIT 1`).pluck().get({ b: batchId }) as string | undefined;
    if (wrong !== undefined)
      throw new InvariantError(`${found(wrong)}. Nothing more is submitted; run nightshift report and keep the queue file`);
  }
}
