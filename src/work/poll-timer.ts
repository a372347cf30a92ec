import type { PollOutcome } from '../job-type/outcomes.ts';
import type { Clock } from '../values/clock.ts';
import type { PollPlanner } from './poll-planner.ts';

/** What a timer needs. */
export interface PollTimerParts {
  readonly planner: PollPlanner;
  /** No wait longer, milliseconds. */
  readonly maxMs: number;
  readonly clock: Clock;
  /** How long ago the submission was accepted, milliseconds. */
  readonly elapsedMs: number;
  /** Called once, when the job has taken so much longer than any like it that a person should know. */
  readonly onStuck: (elapsedMs: number) => void;
}

/** The waits between the polls of one job. */
export class PollTimer {
  readonly #parts: PollTimerParts;
  readonly #startedAt: number;
  #unclearInARow = 0;
  #toldStuck = false;

  constructor(parts: PollTimerParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.mono() - parts.elapsedMs;
  }

  /** Since the submission was accepted, milliseconds. */
  get elapsedMs(): number {
    return this.#parts.clock.mono() - this.#startedAt;
  }

  /** Waits until the next look; ends early when the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    const { planner, maxMs, clock, onStuck } = this.#parts;
    const elapsedMs = this.elapsedMs;
    const schedule = planner.schedule(elapsedMs);
    if (!this.#toldStuck && schedule.isStuck(elapsedMs)) {
      this.#toldStuck = true;
      onStuck(elapsedMs);
    }
    // Answers that say nothing are not asked for as often as news.
    const patient = schedule.delay(elapsedMs) * 2 ** Math.min(this.#unclearInARow, 6);
    await clock.sleep(Math.min(maxMs, patient), signal);
  }

  /** Learns from an answer. */
  saw(outcome: PollOutcome): void {
    this.#unclearInARow = outcome.kind === 'unclear' ? this.#unclearInARow + 1 : 0;
    this.#parts.planner.saw(outcome, this.elapsedMs);
  }
}
