import Bottleneck from 'bottleneck';
import { untilStarted } from './until-started.ts';

/**
 * The only file that knows Bottleneck 2.19.5. What is sound in it is used: `maxConcurrent`, `minTime`, priorities,
 * `chain`, `updateSettings` of `maxConcurrent` alone: without a reservoir it sets the number, a turn of the event loop later, and starts what
 * then fits. What is not (docs: reliability, section 9) never is: `expiration` frees a slot while its function runs on,
 * `failed` retries bypass the limits, `updateSettings` stops the reservoir, the reservoir bursts at a window's edge,
 * `highWater` blocks for ever.
 */
export interface LimiterOptions {
  /** How many tasks may run at once. */
  readonly maxConcurrent: number;
  /** Least time between two starts, milliseconds. */
  readonly minTimeMs: number;
  /** Monotonic milliseconds. */
  readonly mono: () => number;
}

/** Bottleneck's scale: 0 goes first, 9 last. */
const LAST_PRIORITY = 9;

/** A queue with priorities that runs so many tasks at once, so far apart. */
export class Limiter {
  readonly #bottleneck: Bottleneck;
  #next: Limiter | null = null;
  #waiting = 0;
  #running = 0;

  constructor(options: LimiterOptions) {
    this.#bottleneck = new Bottleneck({ maxConcurrent: options.maxConcurrent, minTime: options.minTimeMs });
    keepOnMonotonicClock(this.#bottleneck, options.minTimeMs, options.mono);
    yieldWithoutTimer(this.#bottleneck);
  }

  /** Tasks handed over and not yet started. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Tasks that run now. */
  get running(): number {
    return this.#running;
  }

  /** What every task goes through after this limiter and before it starts. */
  get next(): Limiter | null {
    return this.#next;
  }

  /** From now on so many may run at once. What runs goes on, also when it is more; soon after, what waits and fits is started. */
  resize(maxConcurrent: number): void {
    // It cannot fail without a cluster; whoever calls waits for nothing.
    void this.#bottleneck.updateSettings({ maxConcurrent });
  }

  /** From now on every task of this limiter also takes its turn in `next`, and holds both until it ends. */
  chain(next: Limiter): void {
    this.#bottleneck.chain(next.#bottleneck);
    this.#next = next;
  }

  /**
   * Runs the task when its turn comes and settles as it does. While it waits, an abort of the signal rejects with the
   * signal's reason, and the task never starts; once it has started, the signal is the task's own business.
   */
  schedule<T>(priority: number, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const bounded = Math.min(LAST_PRIORITY, Math.max(0, Math.round(priority)));
    const counted = async (): Promise<T> => {
      this.#running += 1;
      try {
        return await task();
      } finally {
        this.#running -= 1;
      }
    };
    this.#waiting += 1;
    return untilStarted(
      counted,
      signal,
      (job) => this.#bottleneck.schedule({ priority: bounded }, job),
      () => {
        this.#waiting -= 1;
      },
    );
  }
}

/** What is patched of Bottleneck's local store, which its types do not show. */
interface LocalStore {
  _nextRequest: number;
  yieldLoop(ms?: number): Promise<void>;
  __register__(index: string, weight: number, expiration: number | null): Promise<{ success: boolean; wait?: number }>;
}

/**
 * Bottleneck keeps the moment of the next start by `Date.now()`: with the wall clock set back an hour nothing starts for
 * an hour, even with `minTime` 0. That moment is kept here on the monotonic clock, and told anew before each start.
 */
function keepOnMonotonicClock(bottleneck: Bottleneck, minTimeMs: number, mono: () => number): void {
  const store = (bottleneck as unknown as { _store: LocalStore })._store;
  const register = store.__register__.bind(store);
  let nextStart = mono();
  store.__register__ = async (index, weight, expiration) => {
    store._nextRequest = Date.now() + Math.max(0, nextStart - mono());
    const result = await register(index, weight, expiration);
    if (result.success) nextStart = mono() + (result.wait ?? 0) + minTimeMs;
    return result;
  };
}

/**
 * Bottleneck lets the event loop go on before each of its steps, one start after the other, with a timer: at least a
 * millisecond, and in a busy loop a whole turn, so that 425 starts a second were the most. It goes on just as well after
 * what the loop has to read and write.
 */
function yieldWithoutTimer(bottleneck: Bottleneck): void {
  const store = (bottleneck as unknown as { _store: LocalStore })._store;
  const withTimer = store.yieldLoop.bind(store);
  store.yieldLoop = (ms = 0) => (ms > 0 ? withTimer(ms) : new Promise((resolve) => setImmediate(resolve)));
}
