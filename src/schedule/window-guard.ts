import type { RateWindow } from '../job-type/provider.ts';

/** A promise that the program makes to itself was broken: what pays must stop. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/**
 * Counts every request a second time, on its own, and throws when a window held more than its limit. It shares nothing
 * with what schedules, so that a mistake there is noticed before the next request leaves.
 */
export class WindowGuard {
  readonly #name: string;
  readonly #windows: readonly RateWindow[];
  readonly #mono: () => number;
  #sent: { readonly at: number }[] = [];

  constructor(name: string, windows: readonly RateWindow[], mono: () => number) {
    this.#name = name;
    this.#windows = windows;
    this.#mono = mono;
  }

  /**
   * To be called for each request just before it leaves. Throws an InvariantError instead of letting one too many go.
   * Returns what takes it back, for a request that surely never left.
   */
  sending(): () => void {
    const now = this.#mono();
    const longest = Math.max(...this.#windows.map((window) => window.windowMs));
    this.#sent = this.#sent.filter((sent) => sent.at > now - longest);
    for (const { max, windowMs } of this.#windows) {
      const held = this.#sent.filter((sent) => sent.at > now - windowMs).length;
      if (held >= max)
        throw new InvariantError(
          `Cannot send: ${held} requests left for "${this.#name}" within the last ${windowMs} ms, where at most ${max} may. The scheduler is at fault; nothing was sent.`,
        );
    }
    const entry = { at: now };
    this.#sent.push(entry);
    return () => {
      this.#sent = this.#sent.filter((sent) => sent !== entry);
    };
  }
}
