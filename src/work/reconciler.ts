import type { Attempt } from '../queue/attempt-row.ts';
import { isAbort } from './is-abort.ts';
import { reconcileAttempt, settleWait, settleWindow } from './reconcile.ts';
import type { WorkContext } from './work-context.ts';

/** Looks so many times before an attempt is left to the person. */
const MOST_LOOKS = 3;

/** Settles unknown attempts while the run goes on: each when its settle window is over, one at a time. */
export class Reconciler {
  readonly #context: WorkContext;
  readonly #onSettled: (jobSeq: number) => void;
  readonly #onChange: () => void;
  readonly #looks = new Map<number, number>();
  /** When the next look at an attempt is worth while, on the monotonic clock. */
  readonly #notBefore = new Map<number, number>();
  #running = false;

  constructor(context: WorkContext, onSettled: (jobSeq: number) => void, onChange: () => void) {
    this.#context = context;
    this.#onSettled = onSettled;
    this.#onChange = onChange;
  }

  /** Whether nothing is left that this run could still settle. */
  get idle(): boolean {
    return !this.#running && this.#next() === null;
  }

  /** Starts, when it is not at work and something is to be settled. */
  wake(): void {
    if (this.#running || this.#next() === null) return;
    this.#running = true;
    void this.#work().finally(() => {
      this.#running = false;
      this.#onChange();
    });
  }

  async #work(): Promise<void> {
    const { control, clock } = this.#context;
    try {
      for (let next = this.#next(); next && !control.submitting.aborted; next = this.#next()) {
        await clock.sleep(next.waitMs, control.submitting);
        if (control.submitting.aborted) return;
        await this.#settle(next.attempt);
      }
    } catch (error) {
      if (!isAbort(error)) control.fail(error);
    }
  }

  async #settle(attempt: Attempt): Promise<void> {
    const { control, events, stores, clock } = this.#context;
    const looks = (this.#looks.get(attempt.id) ?? 0) + 1;
    this.#looks.set(attempt.id, looks);
    const found = await reconcileAttempt(this.#context, attempt, control.waitingFor(attempt.provider));
    const id = stores.jobs.bySeq(attempt.jobSeq)?.id ?? String(attempt.jobSeq);
    switch (found.kind) {
      case 'bound':
      case 'absent':
        // The attempt's number is used again: its next loss is looked up anew.
        this.#looks.delete(attempt.id);
        this.#notBefore.delete(attempt.id);
        this.#onSettled(attempt.jobSeq);
        break;
      case 'ambiguous':
        this.#looks.set(attempt.id, MOST_LOOKS);
        events.emit('notice', {
          level: 'warn',
          message: `${id}: ${found.candidates} entries of the history could be it; it stays unknown`,
        });
        break;
      case 'cannot_tell':
        events.emit('notice', { level: 'warn', message: `${id}: outcome still unknown: ${found.why}` });
        // A history that fails now may be there again later: each look waits longer than the one before.
        this.#notBefore.set(attempt.id, clock.mono() + looks * settleWindow(this.#context, attempt));
        break;
      case 'too_early':
        // Looks that come too early are not counted: what is being made is waited for.
        this.#looks.set(attempt.id, looks - 1);
        this.#notBefore.set(attempt.id, clock.mono() + found.waitMs);
        break;
      default:
        found satisfies never;
    }
    this.#onChange();
  }

  #next(): { attempt: Attempt; waitMs: number } | null {
    if (this.#context.control.submitting.aborted) return null;
    let best: { attempt: Attempt; waitMs: number } | null = null;
    for (const attempt of this.#context.stores.attempts.unknown(this.#context.batch.id)) {
      if ((this.#looks.get(attempt.id) ?? 0) >= MOST_LOOKS || this.#context.control.stopOf(attempt.provider)) continue;
      const settleMs = settleWait(this.#context, attempt);
      if (settleMs === null) continue;
      const waitMs = Math.max(settleMs, (this.#notBefore.get(attempt.id) ?? 0) - this.#context.clock.mono());
      if (best === null || waitMs < best.waitMs) best = { attempt, waitMs };
    }
    return best;
  }
}
