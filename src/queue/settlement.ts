import type { Failure } from '../job-type/outcomes.ts';
import type { Micros } from '../values/money.ts';
import { ATTEMPT_COLUMNS, type Attempt, readAttempt } from './attempt-row.ts';
import { Ledger } from './ledger.ts';
import type { QueueDb } from './open-queue.ts';

/** Money as an answer settles it. Micros; null where the answer does not say. */
export interface Settlement {
  readonly charged: Micros | null;
  readonly refunded: Micros | boolean | null;
}

/** Turns what answers say of money into ledger entries. Every method runs inside the caller's transaction. */
export class SettlementBook {
  readonly #db: QueueDb;
  readonly #ledger: Ledger;

  constructor(db: QueueDb) {
    this.#db = db;
    this.#ledger = new Ledger(db);
  }

  charge(attempt: Attempt, amount: Micros | null, note: string, now: number): void {
    this.release(attempt, 'settled', now);
    if (amount === null || amount === attempt.charged) return;
    this.#ledger.write({ ...entryOf(attempt), kind: 'charge', amount: amount - (attempt.charged ?? 0), note }, now);
    this.#db.prepare('UPDATE attempts SET charged = ? WHERE id = ?').run(amount, attempt.id);
  }

  /** Books what a failed answer says of money; returns whether it was charged in the end. */
  failure(attempt: Attempt, money: Settlement, failure: Failure, now: number): Failure['charged'] {
    const taken = attempt.charged ?? (money.charged !== null && money.charged > 0 ? money.charged : null);
    const given = money.refunded === true ? (taken ?? attempt.quote ?? 0) : typeof money.refunded === 'number' ? money.refunded : null;
    if (taken === null && (failure.charged === 'no' || money.charged === 0) && given === null) {
      this.release(attempt, 'failed, not charged', now);
      return 'no';
    }
    const amount = taken ?? given ?? attempt.quote;
    this.charge(attempt, amount, taken === null ? 'the quote: the answers name no charge' : 'the answer', now);
    if (given !== null && given > 0) {
      this.refund(this.#fresh(attempt.id), given, 'the answer', now);
      return amount !== null && given >= amount ? 'no' : 'yes';
    }
    // "credits_used": 0 on a failed job that was charged at first is the API's own word that it gave everything back.
    if (money.charged === 0 && attempt.charged !== null && attempt.charged > 0) {
      this.refund(this.#fresh(attempt.id), attempt.charged, 'the answer: charged 0', now);
      return 'no';
    }
    if (money.refunded === false || money.refunded === 0) return 'yes';
    this.#db.prepare('UPDATE attempts SET refund_open = 1 WHERE id = ?').run(attempt.id);
    return 'unknown';
  }

  refund(attempt: Attempt, amount: Micros, note: string, now: number): void {
    if (amount <= 0) return;
    this.#ledger.write({ ...entryOf(attempt), kind: 'refund', amount, note }, now);
    this.#db.prepare('UPDATE attempts SET refunded = coalesce(refunded, 0) + ?, refund_open = 0 WHERE id = ?').run(amount, attempt.id);
  }

  release(attempt: Attempt, note: string, now: number): void {
    this.#ledger.write({ ...entryOf(attempt), kind: 'release', amount: this.#ledger.outstanding(attempt.id), note }, now);
  }

  #fresh(attemptId: number): Attempt {
    return readAttempt(this.#db.prepare(`SELECT ${ATTEMPT_COLUMNS} FROM attempts WHERE id = ?`).get(attemptId));
  }
}

function entryOf(attempt: Attempt): { batchId: number; attemptId: number; provider: string } {
  return { batchId: attempt.batchId, attemptId: attempt.id, provider: attempt.provider };
}
