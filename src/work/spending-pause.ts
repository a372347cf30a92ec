import type { IntentOutcome } from '../queue/intent-store.ts';
import { type Micros, toUnits } from '../values/money.ts';
import { lookAtBalance } from './account.ts';
import type { WorkContext } from './work-context.ts';

type NoRoom = Extract<IntentOutcome, { kind: 'budget' | 'balance' }>;

/**
 * What happens at a provider when the next job does not fit the cap or the balance. While others are in flight it waits for them, since a
 * refund or a lower charge may make room; then the account is asked once more; then the provider is stopped, and says why.
 * With `--partial`, cheaper jobs go on where the dearer ones do not fit.
 */
export class SpendingPause {
  readonly #context: WorkContext;
  readonly #provider: string;
  readonly #partial: boolean;
  #shortage: NoRoom | null = null;
  #askedAgain = false;

  constructor(context: WorkContext, provider: string, partial: boolean) {
    this.#context = context;
    this.#provider = provider;
    this.#partial = partial;
  }

  get paused(): boolean {
    return this.#shortage !== null;
  }

  /** The dearest job that may be tried now; null for any. */
  mostQuote(): Micros | null {
    return this.#shortage && this.#partial ? this.#shortage.room : null;
  }

  noRoom(outcome: NoRoom): void {
    this.#shortage = outcome;
  }

  /** A job of the provider settled: what was short may fit now. */
  settled(): void {
    this.#shortage = null;
  }

  /** Whether jobs may be handed over. Asks the account once more before it gives up. */
  async mayGoOn(inFlight: number): Promise<boolean> {
    if (!this.#shortage) return true;
    if (inFlight > 0) return this.#partial;
    if (this.#shortage.kind === 'balance' && !this.#askedAgain) {
      this.#askedAgain = true;
      if (await this.#balanceRose(this.#shortage.needed)) {
        this.#shortage = null;
        return true;
      }
    }
    if (this.#partial) return true;
    this.stop();
    return false;
  }

  /** Nothing more of what is queued fits. */
  stop(): void {
    if (!this.#shortage) return;
    const { kind, needed, room } = this.#shortage;
    const { control, events, desks } = this.#context;
    const unit = desks[this.#provider]?.provider.unit ?? '';
    const what = kind === 'budget' ? 'the budget' : 'the balance';
    const message = `${this.#provider}: ${what} leaves ${toUnits(Math.max(0, room))} ${unit}, and the next job needs ${toUnits(needed)}`;
    const reason = kind === 'budget' ? 'budget' : 'no_funds';
    if (control.stopProvider(this.#provider, reason, message)) events.emit('stopped', { provider: this.#provider, reason, message });
  }

  async #balanceRose(needed: Micros): Promise<boolean> {
    const desk = this.#context.desks[this.#provider];
    const watch = this.#context.balances[this.#provider];
    if (!desk || !watch) return false;
    const look = await lookAtBalance(desk, this.#context.control.submitting);
    if (look.kind !== 'balance') return false;
    watch.looked(look.balance);
    const { ledger } = this.#context.stores;
    return look.balance + ledger.acceptedOf(this.#provider) - ledger.outstandingOf(this.#provider) >= needed;
  }
}
