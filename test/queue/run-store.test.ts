import { describe, expect, it } from 'vitest';
import { RunStore } from '../../src/queue/run-store.ts';
import { cr, T0, tempQueue } from './support/temp-queue.ts';

const counts = (submit: number, poll = 0, other = 0, throttled = 0) => ({ submit, poll, other, throttled });

describe('runs', () => {
  it('keep what was done so far, so that a killed run still shows it', () => {
    const { db, batch } = tempQueue();
    const runs = new RunStore(db);
    expect(runs.latest(batch.id)).toBeNull();
    const id = runs.begin(batch.id, T0);
    expect(runs.latest(batch.id)).toEqual({ id, startedAt: T0, endedAt: null, workedMs: 0, stopped: null, requests: counts(0) });
    runs.progress(id, 1_500.6, counts(3, 10, 1, 2));
    expect(runs.latest(batch.id)).toEqual({
      id,
      startedAt: T0,
      endedAt: null,
      workedMs: 1_501,
      stopped: null,
      requests: counts(3, 10, 1, 2),
    });
  });

  it('add up over the batch, and the latest is this one', () => {
    const { db, batch, batches } = tempQueue();
    const runs = new RunStore(db);
    expect(runs.totals(batch.id)).toEqual({ startedAt: null, workedMs: 0, requests: counts(0) });
    const other = batches.save({ name: 'autumn', manifest: 'm', outDir: 'o', budget: null }, T0);
    runs.end(runs.begin(other.id, T0 - 5), T0, 99, 'completed', counts(99));
    runs.end(runs.begin(batch.id, T0), T0 + 2_000, 2_000, 'interrupted', counts(1, 2, 3, 4));
    runs.end(runs.begin(batch.id, T0 + 9_000), T0 + 9_500, 500, 'completed', counts(10, 20, 30, 40));
    expect(runs.totals(batch.id)).toEqual({ startedAt: T0, workedMs: 2_500, requests: counts(11, 22, 33, 44) });
    expect(runs.latest(batch.id)).toMatchObject({
      startedAt: T0 + 9_000,
      endedAt: T0 + 9_500,
      stopped: 'completed',
      requests: counts(10, 20, 30, 40),
    });
    expect(batches.byName('spring')?.lastRunAt).toBe(T0 + 9_000);
  });
});

describe('balances', () => {
  it('keep the one at the first run and the one seen last', () => {
    const { db, batch } = tempQueue();
    const runs = new RunStore(db);
    runs.balanceBefore(batch.id, 'ulazai', cr(500), 'account', T0);
    runs.balanceBefore(batch.id, 'ulazai', cr(300), 'account', T0 + 9_000);
    runs.balanceAfter(batch.id, 'ulazai', cr(300), 'account', T0 + 1_000);
    runs.balanceAfter(batch.id, 'ulazai', cr(100), 'account', T0 + 10_000);
    expect(runs.balances(batch.id)).toEqual([
      { provider: 'ulazai', before: cr(500), beforeAt: T0, after: cr(100), afterAt: T0 + 10_000, source: 'account' },
    ]);
  });

  it('take a first balance that came after an answer had named one', () => {
    const { db, batch } = tempQueue();
    const runs = new RunStore(db);
    runs.balanceAfter(batch.id, 'mayanio', cr(90), 'answers', T0);
    expect(runs.balances(batch.id)).toEqual([
      { provider: 'mayanio', before: null, beforeAt: null, after: cr(90), afterAt: T0, source: 'answers' },
    ]);
    runs.balanceBefore(batch.id, 'mayanio', cr(100), 'answers', T0);
    expect(runs.balances(batch.id)[0]).toMatchObject({ before: cr(100), after: cr(90) });
  });
});
