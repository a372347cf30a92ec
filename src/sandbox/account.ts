export type ProviderName = 'ulazai' | 'mayanio';

/** One line of the account book. Negative amounts are charges. */
export interface Booking {
  readonly provider: ProviderName;
  readonly remoteId: string;
  readonly amount: number;
  readonly kind: 'charge' | 'refund';
  readonly prompt: string;
}

/** A booking as its own account keeps it. */
export interface Transaction extends Booking {
  readonly number: number;
  readonly balanceAfter: number;
  /** Real time, milliseconds since 1970. */
  readonly at: number;
}

/** What a booking is for. */
export interface Charged {
  readonly id: string;
  readonly prompt: string;
  readonly amount: number;
}

/** The money of one user at one provider. It never goes below zero. */
export class Account {
  readonly provider: ProviderName;
  /** Units bought at the start: the documented `total_credits_purchased`. */
  readonly purchased: number;
  readonly transactions: Transaction[] = [];
  private readonly book: Booking[];
  private units: number;

  /** `book` is shared by all accounts: every booking of the sandbox in its order. */
  constructor(provider: ProviderName, units: number, book: Booking[]) {
    this.provider = provider;
    this.purchased = units;
    this.units = units;
    this.book = book;
  }

  get balance(): number {
    return this.units;
  }

  /** Takes the price at submission. The caller has checked that it is there. */
  charge(item: Charged): void {
    this.add(item, -item.amount, 'charge');
  }

  /** Gives the price back after a failure. */
  refund(item: Charged): void {
    this.add(item, item.amount, 'refund');
  }

  private add(item: Charged, amount: number, kind: Booking['kind']): void {
    this.units += amount;
    const booking = { provider: this.provider, remoteId: item.id, amount, kind, prompt: item.prompt };
    this.book.push(booking);
    this.transactions.push({ ...booking, number: this.transactions.length + 1, balanceAfter: this.units, at: Date.now() });
  }
}
