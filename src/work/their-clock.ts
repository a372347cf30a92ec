import type { Clock } from '../values/clock.ts';

/** Ours was set, or this machine slept, when its two clocks differ by more than this, milliseconds. */
const SET_MS = 30_000;

/** A provider's clock, by the `Date` of its answers. Kept on the monotonic clock: ours may be set at any time. */
export class TheirClock {
  readonly #clock: Pick<Clock, 'now' | 'mono'>;
  #last: { readonly theirs: number; readonly now: number; readonly mono: number } | null = null;

  constructor(clock: Pick<Clock, 'now' | 'mono'>) {
    this.#clock = clock;
  }

  /** An answer came. One without a date tells nothing. */
  heard(headers: Readonly<Record<string, string>>): void {
    const theirs = Date.parse(headers.date ?? '');
    if (!Number.isNaN(theirs)) this.#last = { theirs, now: this.#clock.now(), mono: this.#clock.mono() };
  }

  /** What it shows now, milliseconds since 1970; null when it is not known, or not any more. */
  now(): number | null {
    if (this.#last === null) return null;
    const passed = this.#clock.mono() - this.#last.mono;
    const shown = this.#clock.now() - this.#last.now;
    return Math.abs(shown - passed) > SET_MS ? null : Math.round(this.#last.theirs + passed);
  }
}
