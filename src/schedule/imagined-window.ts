import type { RateWindow } from '../job-type/provider.ts';
import { windowMargin } from './window-margin.ts';

/** Requests of a window that are remembered one by one at the most; of a larger one several are one. */
const FINENESS = 400;

/** One window: when its last requests were sent, several as one where it holds many. */
interface Log {
  readonly limit: RateWindow;
  /** Requests that one entry stands for, and entries that fill the window. */
  readonly each: number;
  readonly full: number;
  readonly sent: number[];
  /** Sent and not yet an entry. */
  rest: number;
}

/** A limit of so many in any window, in imagined time, with what it holds already. */
export class ImaginedWindow {
  readonly #logs: readonly Log[];
  /** Requests taken together in one step may be more than a window holds: then nothing passes before they all would have. */
  #closedUntil = 0;

  constructor(limits: readonly RateWindow[], agesMs: readonly number[]) {
    const sent = agesMs.map((age) => -age).toSorted((a, b) => a - b);
    this.#logs = limits.map((limit) => {
      const each = Math.max(1, Math.floor(limit.max / FINENESS));
      return { limit, each, full: Math.floor(limit.max / each), sent: sent.filter((_, at) => at % each === 0), rest: 0 };
    });
  }

  /** When the next one may be sent. */
  opensAt(): number {
    let at = this.#closedUntil;
    for (const { limit, full, sent } of this.#logs) {
      const oldest = sent[sent.length - full];
      if (oldest !== undefined) at = Math.max(at, oldest + limit.windowMs + windowMargin(limit.windowMs));
    }
    return at;
  }

  /** So many are sent now, or from now on as fast as it allows. A fraction counts as it would on average. */
  take(now: number, count: number): void {
    for (const log of this.#logs) {
      const { limit, each, full, sent } = log;
      log.rest += Math.round(count) / each;
      const entries = Math.floor(log.rest);
      log.rest -= entries;
      for (let left = Math.min(entries, full); left > 0; left--) sent.push(now);
      if (sent.length > 4 * full) sent.splice(0, sent.length - full);
      if (count > limit.max) {
        this.#closedUntil = Math.max(
          this.#closedUntil,
          now + Math.floor(count / limit.max) * (limit.windowMs + windowMargin(limit.windowMs)),
        );
      }
    }
  }
}
