import type { LimitState, RateWindow } from '../job-type/provider.ts';
import type { Clock } from '../values/clock.ts';
import { type Steering, steeringOf } from './steering.ts';
import type { LogEntry, Ticket } from './ticket.ts';
import { Wakeup } from './wakeup.ts';
import { LATEST_COUNT_MS, windowMargin } from './window-margin.ts';

/** What a log needs besides its windows. */
export interface SlidingLogOptions {
  readonly clock: Clock;
  readonly windows: readonly RateWindow[];
  /** Called with the wall time of each request before it leaves, so that a restart remembers it. */
  readonly onRecord?: (wallMs: number) => unknown;
}

/**
 * The exact count of requests in one or several sliding windows.
 *
 * The server counts a request at some moment between its sending and its answer, and only the server knows when. So a
 * request is counted here from the moment its place is taken until a window's length (and a margin) after the latest
 * moment the server can have counted it. Two requests that the server could see in one window are then never further
 * apart here than that window, and no window of the server's ever holds more than its limit.
 *
 * All waits are on the monotonic clock: setting the wall clock changes nothing.
 */
export class SlidingLog {
  readonly #clock: Clock;
  readonly #windows: readonly RateWindow[];
  readonly #longestMs: number;
  readonly #onRecord: ((wallMs: number) => unknown) | undefined;
  readonly #entries = new Set<LogEntry>();
  readonly #change: Wakeup;
  #blockedUntil = 0;
  #steering: Steering | null = null;

  constructor(options: SlidingLogOptions) {
    if (options.windows.length === 0 || options.windows.some((window) => !(window.max >= 1) || !(window.windowMs > 0)))
      throw new RangeError(
        `Cannot keep the windows ${JSON.stringify(options.windows)}: each needs at least 1 request and more than 0 milliseconds`,
      );
    this.#clock = options.clock;
    this.#change = new Wakeup(options.clock);
    this.#windows = options.windows;
    this.#longestMs = Math.max(...options.windows.map((window) => window.windowMs));
    this.#onRecord = options.onRecord;
    this.#blockedUntil = options.clock.mono();
  }

  /** Milliseconds until a request may be sent: 0 for now, Infinity when that depends on a place that is taken and not yet sent. */
  nextFreeIn(): number {
    const now = this.#clock.mono();
    this.#forget(now);
    let wait = Math.max(0, this.#blockedUntil - now);
    for (const window of this.#windows) wait = Math.max(wait, this.#waitFor(window, now));
    const steering = this.#steering;
    if (steering && steering.left <= 0) wait = Math.max(wait, steering.until - now);
    return wait;
  }

  /** How many places are taken in the longest window. */
  get used(): number {
    this.#forget(this.#clock.mono());
    return this.#entries.size;
  }

  /** The longest window, which `used` counts in. */
  get longest(): RateWindow {
    return this.#windows.find((window) => window.windowMs === this.#longestMs)!;
  }

  /** Takes a place. Throws when none is free: ask `nextFreeIn` first, or wait with `whenFree`. */
  take(): Ticket {
    const wait = this.nextFreeIn();
    if (wait > 0) throw new RangeError(`Cannot send another request now: the window is full for ${Math.ceil(wait)} ms more`);
    const entry: LogEntry = { sentAt: null, answeredAt: null };
    this.#entries.add(entry);
    if (this.#steering) this.#steering.left -= 1;
    return {
      sent: () => {
        if (entry.sentAt !== null) return;
        const recorded = this.#onRecord?.(this.#clock.now());
        entry.sentAt = this.#clock.mono();
        this.#change.wake();
        return recorded;
      },
      answered: (state) => this.#answered(entry, state ?? null),
      release: () => {
        if (this.#entries.delete(entry)) this.#change.wake();
      },
    };
  }

  /** Resolves when `nextFreeIn` is 0, or when the signal aborts (it does not reject). */
  async whenFree(signal?: AbortSignal): Promise<void> {
    while (!signal?.aborted) {
      const wait = this.nextFreeIn();
      if (!(wait > 0)) return;
      await this.#change.sleep(wait, signal);
    }
  }

  /** Nothing is sent before this moment of the monotonic clock (Retry-After). A later moment already set stays. */
  blockUntil(monoMs: number): void {
    if (monoMs > this.#blockedUntil) this.#blockedUntil = monoMs;
  }

  /** Remembers requests of an earlier process: how long ago each was sent, milliseconds by the wall clock. */
  restore(agesMs: readonly number[]): void {
    const now = this.#clock.mono();
    for (const age of agesMs) {
      // A wall clock that was set back since makes an age negative: counted as sent this moment, the careful reading.
      const sentAt = now - Math.max(0, age);
      // When its answer came is not known, so the latest moment is assumed; that moment cannot lie in the future of a process that is gone.
      const latest = Math.min(now, sentAt + Math.min(LATEST_COUNT_MS, this.#longestMs));
      this.#entries.add({ sentAt, answeredAt: latest });
    }
    this.#forget(now);
  }

  #answered(entry: LogEntry, state: LimitState | null): void {
    const now = this.#clock.mono();
    if (entry.sentAt === null || entry.answeredAt !== null) return;
    entry.answeredAt = now;
    if (state) {
      const told = steeringOf(state, entry.sentAt, this.#entries, now, this.#longestMs);
      const current = this.#steering;
      // Answers overtake each other: what an older request was told can only make it stricter.
      if (!current || now >= current.until || told.sentAt >= current.sentAt) this.#steering = told;
      else current.left = Math.min(current.left, told.left);
    }
    this.#change.wake();
  }

  #waitFor(window: RateWindow, now: number): number {
    if (this.#entries.size < window.max) return 0;
    const held = window.windowMs + windowMargin(window.windowMs);
    const ends: number[] = [];
    for (const entry of this.#entries) {
      const end = latestCount(entry) + held;
      if (end > now) ends.push(end);
    }
    if (ends.length < window.max) return 0;
    ends.sort((a, b) => a - b);
    return ends[ends.length - window.max]! - now;
  }

  #forget(now: number): void {
    const held = this.#longestMs + windowMargin(this.#longestMs);
    for (const entry of this.#entries) if (latestCount(entry) + held <= now) this.#entries.delete(entry);
    if (this.#steering && now >= this.#steering.until) this.#steering = null;
  }
}

function latestCount(entry: LogEntry): number {
  if (entry.sentAt === null) return Number.POSITIVE_INFINITY;
  return Math.min(entry.answeredAt ?? Number.POSITIVE_INFINITY, entry.sentAt + LATEST_COUNT_MS);
}
