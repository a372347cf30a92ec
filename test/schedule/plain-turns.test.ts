import { describe, expect, test } from 'vitest';
import { Limiter } from '../../src/schedule/bottleneck-limiters.ts';
import { PlainTurns } from '../../src/schedule/plain-turns.ts';

/** A task that is under way until it is told to end. */
function held(): { readonly task: () => Promise<string>; end(): void; readonly started: () => boolean } {
  let begun = false;
  let finish = (): void => {};
  const over = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return {
    task: async () => {
      begun = true;
      await over;
      return 'over';
    },
    end: () => finish(),
    started: () => begun,
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('PlainTurns', () => {
  test('so many at once, the lowest number first, and the next in the moment that a turn ends', async () => {
    const turns = new PlainTurns(1);
    const first = held();
    const order: string[] = [];
    const running = turns.schedule(5, first.task);
    const later = ['poll', 'submit', 'other'].map((name, at) => turns.schedule([5, 2, 7][at]!, async () => void order.push(name)));
    await settled();
    expect([first.started(), order]).toEqual([true, []]);
    first.end();
    expect(await running).toBe('over');
    await Promise.all(later);
    expect(order).toEqual(['submit', 'poll', 'other']);
  });

  test('an abort frees what waits, which then never starts; what has started is its own business', async () => {
    const turns = new PlainTurns(1);
    const [first, second] = [held(), held()];
    const stop = new AbortController();
    const running = turns.schedule(5, first.task, stop.signal);
    const waiting = turns.schedule(5, second.task, stop.signal);
    await settled();
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    first.end();
    expect(await running).toBe('over');
    await settled();
    expect(second.started()).toBe(false);
    await expect(turns.schedule(5, held().task, stop.signal)).rejects.toThrow('stopped');
  });

  test('a task that fails frees its turn', async () => {
    const turns = new PlainTurns(1);
    await expect(turns.schedule(5, () => Promise.reject(new Error('it broke')))).rejects.toThrow('it broke');
    expect(await turns.schedule(5, async () => 'next')).toBe('next');
  });
});

test('Bottleneck goes on without waiting for a timer: many short tasks need no time of their own', async () => {
  // With its own timer each of them would wait for a tick of a clock that stands still here.
  const timers: number[] = [];
  const original = globalThis.setTimeout;
  globalThis.setTimeout = ((work: () => void, ms?: number, ...rest: unknown[]) => {
    timers.push(ms ?? 0);
    return original(work, ms, ...(rest as []));
  }) as typeof setTimeout;
  try {
    const limiter = new Limiter({ maxConcurrent: 1, minTimeMs: 0, mono: () => 0 });
    const done = await Promise.all(Array.from({ length: 20 }, (_, n) => limiter.schedule(5, async () => n)));
    expect(done).toEqual(Array.from({ length: 20 }, (_, n) => n));
  } finally {
    globalThis.setTimeout = original;
  }
  // One each for the moment at which Bottleneck starts a job; none to yield before it.
  expect(timers.length).toBeLessThanOrEqual(20);
});
