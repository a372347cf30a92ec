import { performance } from 'node:perf_hooks';
import type { Clock } from '../values/clock.ts';

/** The longest wait that one timer of Node can hold, milliseconds. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** The machine's own clock. A wait never ends early: a timer that fires a moment too soon is set again. */
export const systemClock: Clock = {
  now: () => Date.now(),
  mono: () => performance.now(),
  sleep: async (ms, signal) => {
    const until = performance.now() + ms;
    while (!signal?.aborted) {
      const left = until - performance.now();
      if (!(left > 0)) return;
      await oneTimer(Math.min(Math.ceil(left), LONGEST_TIMER_MS), signal);
    }
  },
};

function oneTimer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
