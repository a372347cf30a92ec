import type { Clock } from '../values/clock.ts';
import { Wakeup } from './wakeup.ts';

/** How a breaker is set. */
export interface BreakerOptions {
  /** Faults in a row that open it. Default 5. */
  readonly faults?: number;
  /** Time between probes while it is open, milliseconds. Default 30,000. */
  readonly probeEveryMs?: number;
  /** Open for longer than this, the provider counts as down, milliseconds. Default 15 minutes. */
  readonly tooLongMs?: number;
}

/**
 * Stops asking a provider that does not answer. Closed: everything may go. Open, after several faults in a row: one probe
 * now and then, and nothing else. The first success closes it.
 */
export class Breaker {
  readonly #clock: Clock;
  readonly #closed: Wakeup;
  readonly #faultsToOpen: number;
  readonly #probeEveryMs: number;
  readonly #tooLongMs: number;
  #faults = 0;
  #openedAt: number | null = null;
  #lastProbeAt = 0;

  constructor(clock: Clock, options: BreakerOptions = {}) {
    this.#clock = clock;
    this.#closed = new Wakeup(clock);
    this.#faultsToOpen = options.faults ?? 5;
    this.#probeEveryMs = options.probeEveryMs ?? 30_000;
    this.#tooLongMs = options.tooLongMs ?? 15 * 60_000;
  }

  get open(): boolean {
    return this.#openedAt !== null;
  }

  /** Resolves when a request may go: at once while closed, as the next probe while open. Rejects with the signal's reason when it aborts. */
  async admit(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      if (this.allow()) return;
      await this.#closed.sleep(this.nextProbeIn(), signal);
    }
  }

  /** Whether a request may go now. While open, true once an interval: whoever is told so is the probe. */
  allow(): boolean {
    if (this.#openedAt === null) return true;
    if (this.nextProbeIn() > 0) return false;
    this.#lastProbeAt = this.#clock.mono();
    return true;
  }

  /** Milliseconds until `allow` may be true again; 0 when it is. */
  nextProbeIn(): number {
    if (this.#openedAt === null) return 0;
    return Math.max(0, this.#lastProbeAt + this.#probeEveryMs - this.#clock.mono());
  }

  /** The provider answered, whatever it said: it is there. */
  succeeded(): void {
    this.#faults = 0;
    this.#openedAt = null;
    this.#closed.wake();
  }

  /** The provider did not answer, or answered that it is broken (5xx). */
  faulted(): void {
    this.#faults += 1;
    if (this.#openedAt !== null || this.#faults < this.#faultsToOpen) return;
    this.#openedAt = this.#clock.mono();
    this.#lastProbeAt = this.#openedAt;
  }

  /** How long it has been open, milliseconds; 0 when closed. */
  openForMs(): number {
    return this.#openedAt === null ? 0 : this.#clock.mono() - this.#openedAt;
  }

  /** True when it has been open so long that the run should stop and say so. */
  tooLong(): boolean {
    return this.openForMs() > this.#tooLongMs;
  }
}
