import type { Clock } from '../values/clock.ts';

/** Sleep that something else can end early, for everyone at once. */
export class Wakeup {
  readonly #clock: Clock;
  readonly #sleepers = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves after so many milliseconds, at the next `wake`, or when the signal aborts (it does not reject). */
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return;
    const ended = new AbortController();
    const end = (): void => ended.abort();
    this.#sleepers.add(end);
    signal?.addEventListener('abort', end, { once: true });
    await this.#clock.sleep(ms, ended.signal);
    signal?.removeEventListener('abort', end);
    this.#sleepers.delete(end);
  }

  wake(): void {
    for (const end of this.#sleepers) end();
  }
}
