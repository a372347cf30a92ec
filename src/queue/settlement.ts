import type { Failure } from '../job-type/outcomes.ts';
import type { Micros } from '../values/money.ts';
import type { Attempt } from './attempt-row.ts';
import { judgeFailure } from './judge-failure.ts';
import { Ledger } from './ledger.ts';
import type { QueueDb } from './open-queue.ts';

/** Money as an answer settles it. Micros; null where the answer does not say. */
export interface Settlement {
  readonly charged: Micros | null;
  readonly refunded: Micros | boolean | null;
}

const ANSWERED = 'the answer';
const QUOTED = 'the quote: the answers name no charge';

/** Turns what answers say of money into ledger entries. Every method runs inside the caller's transaction. */
export class SettlementBook {
  readonly #db: QueueDb;
  readonly #ledger: Ledger;

  constructor(db: QueueDb) {
    this.#db = db;
    this.#ledger = new Ledger(db);
  }

  /** Releases the reservation and books the charge; null books none. A figure that differs from the one booked is booked as a correction. */
  charge(attempt: Attempt, amount: Micros | null, note: string, now: number): void {
    this.release(attempt, 'settled', now);
    if (amount === null || amount === attempt.charged) return;
    this.#ledger.write({ ...entryOf(attempt), kind: 'charge', amount: amount - (attempt.charged ?? 0), note }, now);
    this.#db.prepare('UPDATE attempts SET charged = ? WHERE id = ?').run(amount, attempt.id);
  }

  /** Books what the answer to a finished generation says of money; what no answer priced is booked at the quote. */
  success(attempt: Attempt, money: Settlement, now: number): void {
    const said = money.charged ?? attempt.charged;
    this.charge(attempt, said ?? attempt.quote, said === null ? QUOTED : ANSWERED, now);
    // A refund without a sum, of a job that did come: how much it was only evidence can tell.
    if (money.refunded === true) this.#leaveOpen(attempt);
    else if (typeof money.refunded === 'number') this.refund(attempt, money.refunded - (attempt.refunded ?? 0), ANSWERED, now);
  }

  /** Books what a failed answer says of money; returns whether it was charged in the end. */
  failure(attempt: Attempt, money: Settlement, failure: Failure, now: number): Failure['charged'] {
    const { charge, quoted, refund, open, verdict } = judgeFailure(attempt, money, failure.charged);
    this.charge(attempt, charge, quoted ? QUOTED : ANSWERED, now);
    // The answer's figure is the sum of all that was given back: what was booked on other evidence before is in it.
    this.refund(attempt, refund - (attempt.refunded ?? 0), ANSWERED, now);
    if (open) this.#leaveOpen(attempt);
    return verdict;
  }

  refund(attempt: Attempt, amount: Micros, note: string, now: number): void {
    if (amount <= 0) return;
    this.#ledger.write({ ...entryOf(attempt), kind: 'refund', amount, note }, now);
    this.#db.prepare('UPDATE attempts SET refunded = coalesce(refunded, 0) + ?, refund_open = 0 WHERE id = ?').run(amount, attempt.id);
  }

  release(attempt: Attempt, note: string, now: number): void {
    this.#ledger.write({ ...entryOf(attempt), kind: 'release', amount: this.#ledger.outstanding(attempt.id), note }, now);
  }

  #leaveOpen(attempt: Attempt): void {
    this.#db.prepare('UPDATE attempts SET refund_open = 1 WHERE id = ?').run(attempt.id);
  }
}

function entryOf(attempt: Attempt): { batchId: number; attemptId: number; provider: string } {
  return { batchId: attempt.batchId, attemptId: attempt.id, provider: attempt.provider };
}
