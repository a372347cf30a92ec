import type { PollHints } from '../job-type/job-type.ts';
import type { PollOutcome } from '../job-type/outcomes.ts';
import type { Clock } from '../values/clock.ts';

/** When to look next, milliseconds from now; pure. See schedule/poll-policy. */
export type PollPolicy = (situation: PollSituation) => number;

/** What is known when the next look is chosen. */
export interface PollSituation {
  /** Since the submission was accepted, milliseconds. */
  readonly elapsedMs: number;
  readonly hints: PollHints | null;
  /** Lengths of past generations like this one, ascending. */
  readonly learned: readonly number[];
  /** What the last answer expects still to come, milliseconds from now; null when it does not say. */
  readonly expectMs: number | null;
  readonly bounds: { readonly minMs: number; readonly maxMs: number };
  /** Requests a minute that polls may use, and jobs that share them; null without a limit. */
  readonly budget: { readonly perMinute: number; readonly inFlight: number } | null;
  readonly random: number;
}

/** What a timer needs. */
export interface PollTimerParts {
  readonly policy: PollPolicy;
  readonly hints: PollHints | null;
  /** Lengths of past generations like this one, in any order. */
  readonly learned: readonly number[];
  readonly bounds: { readonly minMs: number; readonly maxMs: number };
  readonly budget: () => { readonly perMinute: number; readonly inFlight: number } | null;
  readonly clock: Clock;
  readonly random: () => number;
  /** How long ago the submission was accepted, milliseconds. */
  readonly elapsedMs: number;
  /** What the answer to the submission expects, milliseconds; null when it does not say. */
  readonly expectMs: number | null;
}

/** The waits between the polls of one job. */
export class PollTimer {
  readonly #parts: PollTimerParts;
  readonly #learned: readonly number[];
  readonly #startedAt: number;
  #expectMs: number | null;
  #unclearInARow = 0;

  constructor(parts: PollTimerParts) {
    this.#parts = parts;
    this.#learned = parts.learned.toSorted((a, b) => a - b);
    this.#startedAt = parts.clock.mono() - parts.elapsedMs;
    this.#expectMs = parts.expectMs;
  }

  /** Waits until the next look; ends early when the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    const { policy, hints, bounds, budget, clock, random } = this.#parts;
    const elapsedMs = clock.mono() - this.#startedAt;
    const planned = policy({
      elapsedMs,
      hints,
      learned: this.#learned,
      expectMs: this.#expectMs,
      bounds,
      budget: budget(),
      random: random(),
    });
    // Answers that say nothing are not asked for as often as news.
    const patient = Math.min(bounds.maxMs, planned * 2 ** Math.min(this.#unclearInARow, 6));
    await clock.sleep(Math.max(bounds.minMs, patient), signal);
  }

  /** Learns from an answer. */
  saw(outcome: PollOutcome): void {
    this.#unclearInARow = outcome.kind === 'unclear' ? this.#unclearInARow + 1 : 0;
    if (outcome.kind === 'running') this.#expectMs = outcome.expectMs;
  }
}
