import { describe, expect, it } from 'vitest';
import { Staging } from '../../src/queue/staging.ts';
import { done, planned, T0, type TestQueue, tempQueue } from './support/temp-queue.ts';

const MANY = 20_000;

const jobOf = (n: number, version = 0) =>
  planned(`job-${n}`, {
    params: { prompt: `picture ${n}`, version },
    provider: n % 5 === 0 ? 'mayanio' : 'ulazai',
    family: n % 5 === 0 ? 'mayanio/images' : 'ulazai/image',
    model: n % 5 === 0 ? 'mayanio/nano-banana' : 'ulazai/image',
    quote: 1_000_001 * ((n % 7) + 1),
    priority: n % 3,
  });

function real(queue: TestQueue): unknown {
  return queue.db
    .prepare(
      'SELECT provider, state, count(*) AS jobs, sum(quote) AS quoted FROM jobs WHERE removed = 0 GROUP BY provider, state ORDER BY provider, state',
    )
    .all();
}

describe(`a queue of ${MANY.toLocaleString('en')} jobs`, () => {
  it('is staged in pieces, applied at once, and counted right through every change', () => {
    const queue = tempQueue();
    const staging = new Staging(queue.db);
    for (let from = 0; from < MANY; from += 1_000) staging.add(Array.from({ length: 1_000 }, (_, n) => jobOf(from + n)));
    expect(staging.counts(queue.batch.id)).toMatchObject({ total: MANY, new: MANY });
    staging.apply(queue.batch.id, T0);
    staging.drop();
    expect(queue.batches.counts(queue.batch.id)).toEqual(real(queue));
    expect(queue.batches.counts(queue.batch.id).reduce((sum, count) => sum + count.jobs, 0)).toBe(MANY);

    // One in ten has been made; then a tenth is changed, a tenth is gone, a tenth is new.
    queue.db.transaction(() => {
      for (let n = 0; n < MANY; n += 10) done(queue, `job-${n}`);
    })();
    expect(queue.batches.counts(queue.batch.id)).toEqual(real(queue));
    const next = new Staging(queue.db);
    for (let n = MANY / 10; n < MANY + MANY / 10; n++) next.add([jobOf(n, n % 10 === 3 ? 1 : 0)]);
    expect(next.counts(queue.batch.id)).toEqual({
      total: MANY,
      new: MANY / 10,
      changed: 1_800,
      unchanged: 16_200,
      removed: MANY / 10,
      waiting: 0,
      kept: 0,
      back: 0,
    });
    next.apply(queue.batch.id, T0);
    expect(queue.batches.counts(queue.batch.id)).toEqual(real(queue));
    expect(next.counts(queue.batch.id)).toEqual({
      total: MANY,
      new: 0,
      changed: 0,
      unchanged: MANY,
      removed: MANY / 10,
      waiting: 0,
      kept: 0,
      back: 0,
    });
    queue.ledger.assertClosed(queue.batch.id);

    // Everything is handed out once, the highest priority first.
    const seen: number[] = [];
    for (const { lane } of queue.jobs.lanes(queue.batch.id, 'queued')) {
      const jobs = queue.jobs.nextQueued(queue.batch.id, lane, MANY, null);
      expect(jobs.map((job) => job.priority)).toEqual(jobs.map((job) => job.priority).sort((a, b) => b - a));
      seen.push(...jobs.map((job) => job.seq));
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe(
      queue.batches
        .counts(queue.batch.id)
        .filter((count) => count.state === 'queued')
        .reduce((sum, count) => sum + count.jobs, 0),
    );
    expect([...queue.jobs.withResults(queue.batch.id)]).toHaveLength(MANY);
    expect(queue.db.pragma('quick_check', { simple: true })).toBe('ok');
  });
});
