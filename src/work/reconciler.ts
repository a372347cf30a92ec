import { jobTypeOf } from '../job-type/registry.ts';
import type { Attempt } from '../queue/attempt-row.ts';
import { isAbort } from './is-abort.ts';
import { firstLookAfter } from './look-up-time.ts';
import { lostAnswerNote } from './lost-answer-note.ts';
import { nameOfAttempt } from './name-of-attempt.ts';
import { reconcileAttempt, settleWait, settleWindow } from './reconcile.ts';
import type { WorkContext } from './work-context.ts';

/** Looks so many times before an attempt is left to the person. */
const MOST_LOOKS = 3;

/** What is being made is looked for no more often than this, milliseconds; each look that comes too early doubles it. */
const SHORTEST_STEP_MS = 1_000;

/**
 * Settles unknown attempts while the run goes on: each when its settle window is over, one at a time. Those of other batches that queued jobs
 * wait for are settled as well, and what is found is left to a run of theirs.
 */
export class Reconciler {
  readonly #context: WorkContext;
  readonly #onSettled: (jobSeq: number) => void;
  readonly #onChange: () => void;
  readonly #looks = new Map<number, number>();
  /** When the next look at an attempt is worth while, on the monotonic clock. */
  readonly #notBefore = new Map<number, number>();
  /** Looks that came too early for a proof. */
  readonly #early = new Map<number, number>();
  /** Looks before the time at which absence can be proved. */
  readonly #before = new Map<number, number>();
  /** Attempts whose wait was told of, with the moment of their intent: a number is used again. */
  readonly #told = new Map<number, number>();
  readonly #elsewhere: readonly number[];
  #asleep: AbortController | null = null;
  #running = false;

  constructor(context: WorkContext, onSettled: (jobSeq: number) => void, onChange: () => void) {
    this.#context = context;
    this.#onSettled = onSettled;
    this.#onChange = onChange;
    this.#elsewhere = context.stores.attempts.unknownElsewhere(context.batch.id).map(({ id }) => id);
  }

  /** Whether nothing is left that this run could still settle. */
  get idle(): boolean {
    return !this.#running && this.#next() === null;
  }

  /** Starts, when it is not at work and something is to be settled. Asleep, it looks whether something is to be settled sooner. */
  wake(): void {
    this.#asleep?.abort();
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
        this.#tell(next.attempt);
        this.#asleep = new AbortController();
        const { signal } = this.#asleep;
        await clock.sleep(next.waitMs, AbortSignal.any([control.submitting, signal]));
        this.#asleep = null;
        if (control.submitting.aborted) return;
        if (!signal.aborted) await this.#settle(next.attempt);
      }
    } catch (error) {
      if (!isAbort(error)) control.fail(error);
    }
  }

  async #settle(attempt: Attempt): Promise<void> {
    const { control, events, clock } = this.#context;
    const looks = (this.#looks.get(attempt.id) ?? 0) + 1;
    this.#looks.set(attempt.id, looks);
    const found = await reconcileAttempt(this.#context, attempt, control.waitingFor(attempt.provider));
    const id = nameOfAttempt(this.#context, attempt);
    switch (found.kind) {
      case 'bound':
      case 'absent':
        // The attempt's number is used again: its next loss is looked up anew.
        this.#looks.delete(attempt.id);
        this.#notBefore.delete(attempt.id);
        this.#early.delete(attempt.id);
        this.#before.delete(attempt.id);
        if (attempt.batchId === this.#context.batch.id) this.#onSettled(attempt.jobSeq);
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
        // Looks that come too early are not counted: what is being made is waited for, and it may show before it must.
        this.#looks.set(attempt.id, looks - 1);
        this.#notBefore.set(attempt.id, clock.mono() + Math.min(found.waitMs, this.#step(attempt)));
        break;
      default:
        found satisfies never;
    }
    this.#onChange();
  }

  /** How long to wait after a look that came too early: each time twice as long, so that a long wait costs a few requests. */
  #step(attempt: Attempt): number {
    const firstMs = this.#firstLook(attempt);
    if (firstMs !== null && (settleWait(this.#context, attempt) ?? 0) > 0) {
      const looks = (this.#before.get(attempt.id) ?? 0) + 1;
      this.#before.set(attempt.id, looks);
      return firstMs * 2 ** looks;
    }
    const early = this.#early.get(attempt.id) ?? 0;
    this.#early.set(attempt.id, early + 1);
    return Math.max(SHORTEST_STEP_MS, settleWindow(this.#context, attempt)) * 2 ** early;
  }

  /** How soon after its loss an attempt is looked for; null where that is not worth while. Several at one provider share the requests that one would take. */
  #firstLook({ family, provider }: Attempt): number | null {
    const { registry, desks } = this.#context;
    const firstMs = firstLookAfter(jobTypeOf(registry, family), desks[provider]?.settings);
    const lost = this.#unknown().filter((each) => each.provider === provider).length;
    return firstMs === null ? null : firstMs * Math.max(1, lost);
  }

  /** How long to wait for the first look at an attempt: until it proves absence, or until it may be there already. */
  #firstWait(attempt: Attempt, settleMs: number): number {
    const firstMs = this.#firstLook(attempt);
    if (firstMs === null) return settleMs;
    return Math.min(settleMs, Math.max(0, (attempt.submittedAt ?? attempt.intentAt) + firstMs - this.#context.clock.now()));
  }

  /** Once for each loss: a run that seems to do nothing says what it waits for. */
  #tell(attempt: Attempt): void {
    const { clock, events } = this.#context;
    const waitMs = settleWait(this.#context, attempt) ?? 0;
    if (waitMs <= 0 || this.#told.get(attempt.id) === attempt.intentAt) return;
    this.#told.set(attempt.id, attempt.intentAt);
    const id = nameOfAttempt(this.#context, attempt);
    events.emit('notice', { level: 'warn', message: lostAnswerNote(id, clock.now() + waitMs) });
  }

  #unknown(): readonly Attempt[] {
    const { stores, batch } = this.#context;
    const elsewhere = this.#elsewhere.map((id) => stores.attempts.byId(id)).filter(({ state }) => state === 'unknown');
    return [...stores.attempts.unknown(batch.id), ...elsewhere];
  }

  #next(): { attempt: Attempt; waitMs: number } | null {
    if (this.#context.control.submitting.aborted) return null;
    let best: { attempt: Attempt; waitMs: number } | null = null;
    for (const attempt of this.#unknown()) {
      if ((this.#looks.get(attempt.id) ?? 0) >= MOST_LOOKS || this.#context.control.stopOf(attempt.provider)) continue;
      const settleMs = settleWait(this.#context, attempt);
      if (settleMs === null) continue;
      const notBefore = this.#notBefore.get(attempt.id);
      const waitMs = notBefore === undefined ? this.#firstWait(attempt, settleMs) : Math.max(0, notBefore - this.#context.clock.mono());
      if (best === null || waitMs < best.waitMs) best = { attempt, waitMs };
    }
    return best;
  }
}
