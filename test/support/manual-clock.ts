import type { Clock } from '../../src/values/clock.ts';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** A clock that a test turns by hand. Wall and monotonic time move together, save for `stepWall`. */
export class ManualClock implements Clock {
  #wall: number;
  #mono = 0;
  readonly #sleepers = new Set<Sleeper>();

  constructor(wallMs: number = Date.UTC(2026, 0, 1)) {
    this.#wall = wallMs;
  }

  now(): number {
    return this.#wall;
  }

  mono(): number {
    return this.#mono;
  }

  /** How many sleep now. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted || !(ms > 0)) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper: Sleeper = { until: this.#mono + ms, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  /** Moves time on, waking each sleeper at its own moment and letting what it starts run before the next one wakes. */
  async advance(ms: number): Promise<void> {
    const end = this.#mono + ms;
    await settle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#moveTo(next.until);
      next.wake();
      await settle();
    }
    this.#moveTo(end);
    await settle();
  }

  /** Moves time on without waking anyone: for code that only reads the clock. */
  skip(ms: number): void {
    this.#moveTo(this.#mono + ms);
  }

  /** Someone sets the wall clock; monotonic time does not notice. */
  stepWall(ms: number): void {
    this.#wall += ms;
  }

  #next(end: number): Sleeper | undefined {
    return [...this.#sleepers].filter((sleeper) => sleeper.until <= end).sort((a, b) => a.until - b.until)[0];
  }

  #moveTo(mono: number): void {
    const by = Math.max(0, mono - this.#mono);
    this.#mono += by;
    this.#wall += by;
  }
}

/** Lets everything run that is ready to: promises and what they start. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
