import type { RateWindow } from '../job-type/provider.ts';
import { windowMargin } from './window-margin.ts';

/** A limit of so many in any window, in imagined time, with what it holds already. */
export class ImaginedWindow {
  readonly #limits: readonly RateWindow[];
  /** When each of the last requests was sent, oldest first. */
  readonly #sent: number[];
  readonly #kept: number;
  /** Requests taken together in one step may be more than a window holds: then nothing passes before they all would have. */
  #closedUntil = 0;

  constructor(limits: readonly RateWindow[], agesMs: readonly number[]) {
    this.#limits = limits;
    this.#sent = agesMs.map((age) => -age).toSorted((a, b) => a - b);
    this.#kept = Math.max(1, ...limits.map(({ max }) => max));
  }

  /** When the next one may be sent. */
  opensAt(): number {
    let at = this.#closedUntil;
    for (const { max, windowMs } of this.#limits) {
      const oldest = this.#sent[this.#sent.length - max];
      if (oldest !== undefined) at = Math.max(at, oldest + windowMs + windowMargin(windowMs));
    }
    return at;
  }

  /** So many are sent now, or from now on as fast as it allows. A fraction counts as it would on average. */
  take(now: number, count: number): void {
    for (let left = Math.min(Math.round(count), this.#kept); left > 0; left--) this.#sent.push(now);
    if (this.#sent.length > 4 * this.#kept) this.#sent.splice(0, this.#sent.length - this.#kept);
    for (const { max, windowMs } of this.#limits) {
      if (count > max) this.#closedUntil = Math.max(this.#closedUntil, now + Math.floor(count / max) * (windowMs + windowMargin(windowMs)));
    }
  }
}
