import type { RateWindow } from '../src/job-type/provider.ts';
import { spacingMs } from '../src/schedule/spacing.ts';
import { windowMargin } from '../src/schedule/window-margin.ts';
import type { EventQueue } from './event-queue.ts';

/** What happens when a request has its turn: when it is sent, and whether the server takes it. */
type Sent = (sentAt: number, taken: boolean) => void;

/**
 * The shared request limit: as the engine keeps it (with the margins and the spacing of the real gate), and as the server counts it
 * (exactly, in a sliding window).
 */
export class SimulatedLimit {
  throttled = 0;
  /** The most requests that the server took within one window. */
  busiest = 0;
  readonly #events: EventQueue;
  readonly #window: RateWindow | null;
  readonly #gated: boolean;
  readonly #taken: number[] = [];
  readonly #waiting: [Sent[], Sent[]] = [[], []];
  #lastSent = Number.NEGATIVE_INFINITY;
  #wakes = Number.POSITIVE_INFINITY;

  constructor(events: EventQueue, window: RateWindow | null, gated: boolean) {
    this.#events = events;
    this.#window = window;
    this.#gated = gated;
  }

  /** Hands over a request; those of rank 0 pass before those of rank 1. */
  request(rank: 0 | 1, sent: Sent): void {
    if (!this.#gated || !this.#window) sent(this.#events.now, this.#serve());
    else {
      this.#waiting[rank].push(sent);
      this.#pump();
    }
  }

  #pump(): void {
    while (this.#waiting[0].length + this.#waiting[1].length > 0) {
      const opens = this.#opensAt();
      if (opens > this.#events.now) {
        if (opens >= this.#wakes) return;
        this.#wakes = opens;
        this.#events.at(opens, () => {
          this.#wakes = Number.POSITIVE_INFINITY;
          this.#pump();
        });
        return;
      }
      this.#lastSent = this.#events.now;
      (this.#waiting[0].shift() ?? this.#waiting[1].shift()!)(this.#events.now, this.#serve());
    }
  }

  #opensAt(): number {
    const { max, windowMs } = this.#window!;
    const oldest = this.#taken[this.#taken.length - max] ?? Number.NEGATIVE_INFINITY;
    return Math.max(oldest + windowMs + windowMargin(windowMs), this.#lastSent + spacingMs([this.#window!]));
  }

  /** What the server does with a request that comes now. */
  #serve(): boolean {
    if (!this.#window) return true;
    const { max, windowMs } = this.#window;
    const now = this.#events.now;
    const held = this.#taken.length - this.#taken.findLastIndex((time) => time <= now - windowMs) - 1;
    if (held >= max) {
      this.throttled += 1;
      return false;
    }
    this.#taken.push(now);
    this.busiest = Math.max(this.busiest, held + 1);
    return true;
  }
}
