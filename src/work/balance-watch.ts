import type { Ledger } from '../queue/ledger.ts';
import type { Micros } from '../values/money.ts';

/**
 * What an account can still pay, between two looks at it.
 *
 * A look gives the balance and the ledger's net at that moment; what is booked since is subtracted. Answers name the balance too, but
 * they overtake each other, so an answer may only lower the figure: the careful reading. Only a look while nothing is being submitted
 * may raise it.
 */
export class BalanceWatch {
  readonly #ledger: Pick<Ledger, 'netOf' | 'outstandingOf' | 'acceptedOf'>;
  readonly #provider: string;
  #seen: { readonly balance: Micros; readonly net: Micros } | null = null;

  constructor(ledger: Pick<Ledger, 'netOf' | 'outstandingOf' | 'acceptedOf'>, provider: string) {
    this.#ledger = ledger;
    this.#provider = provider;
  }

  /** The balance now, as far as it is known, reservations not subtracted; null before the first look. */
  estimate(): Micros | null {
    if (!this.#seen) return null;
    return this.#seen.balance - (this.#ledger.netOf(this.#provider) - this.#seen.net);
  }

  /** The account itself was asked, with nothing being submitted meanwhile. */
  looked(balance: Micros): void {
    // What is accepted and not booked yet is gone from the balance, and its reservation will be subtracted by whoever asks.
    this.#seen = { balance: balance + this.#ledger.acceptedOf(this.#provider), net: this.#ledger.netOf(this.#provider) };
  }

  /** An answer to a submission named the balance, its own charge booked already. */
  told(balance: Micros): void {
    // What is in flight may have been taken from this figure already, and its reservation will be subtracted by whoever asks.
    const held = balance + this.#ledger.outstandingOf(this.#provider);
    const estimate = this.estimate();
    if (estimate !== null && held < estimate) this.#seen = { balance: held, net: this.#ledger.netOf(this.#provider) };
  }
}
