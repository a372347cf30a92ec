import { describe, expect, it } from 'vitest';
import { RunStore } from '../../src/queue/run-store.ts';
import { accepted, cr, done, failure, intend, job, planned, SILENT, stage, T0, type TestQueue, tempQueue } from './support/temp-queue.ts';

function save(queue: TestQueue, name: string, outDir = `/out/${name}`): TestQueue {
  return { ...queue, batch: queue.batches.save({ name, manifest: `${name}.yaml`, outDir, budget: null }, T0) };
}

describe('batches', () => {
  it('are stored once by name and brought up to date', () => {
    const queue = tempQueue();
    const budget = { ulazai: cr(2_000), mayanio: cr(0.5) };
    const saved = queue.batches.save({ name: 'spring', manifest: 'new.yaml', outDir: '/out', budget, leave: true }, T0 + 5_000);
    expect(saved).toEqual({
      id: queue.batch.id,
      name: 'spring',
      manifest: 'new.yaml',
      outDir: '/out',
      budget,
      leave: true,
      createdAt: T0,
      lastRunAt: null,
    });
    expect(queue.batches.byName('spring')).toEqual(saved);
    expect(queue.batches.byName('Spring')).toBeNull();
  });

  it('are found by the last run, else by the last stored', () => {
    const queue = tempQueue();
    save(queue, 'autumn');
    expect(queue.batches.latest()?.name).toBe('autumn');
    new RunStore(queue.db).begin(queue.batch.id, T0);
    expect(queue.batches.latest()?.name).toBe('spring');
    expect(queue.batches.all().map((batch) => batch.name)).toEqual(['spring', 'autumn']);
    expect(tempQueue().batches.latestUnfinished()).toBeNull();
  });

  it('are unfinished while something is queued or in flight, not when the rest has failed', () => {
    const queue = tempQueue();
    const other = save(queue, 'autumn');
    stage(queue, planned('a'), planned('b'), planned('c'));
    stage(other, planned('x'));
    done(other, 'x');
    const name = (): string | undefined => queue.batches.latestUnfinished()?.name;
    expect(name()).toBe('spring');
    done(queue, 'a');
    queue.jobs.move(job(queue, 'b').seq, 'queued', 'canceled');
    const attempt = accepted(queue, 'c');
    expect(name()).toBe('spring');
    queue.attempts.fail(attempt.id, 'processing', failure(), SILENT, T0);
    expect(name()).toBeUndefined();
    queue.jobs.move(job(queue, 'c').seq, 'failed', 'queued');
    queue.attempts.lose(intend(queue, 'c').id, failure(), T0);
    expect(name()).toBe('spring');
  });

  it('count jobs and quotes by provider and state', () => {
    const queue = tempQueue();
    expect(queue.batches.counts(queue.batch.id)).toEqual([]);
    stage(
      queue,
      planned('a'),
      planned('b', { quote: null }),
      planned('c', { provider: 'mayanio', family: 'mayanio/images', quote: cr(3) }),
    );
    accepted(queue, 'a');
    expect(queue.batches.counts(queue.batch.id)).toEqual([
      { provider: 'mayanio', state: 'queued', jobs: 1, quoted: cr(3) },
      { provider: 'ulazai', state: 'processing', jobs: 1, quoted: cr(8) },
      { provider: 'ulazai', state: 'queued', jobs: 1, quoted: 0 },
    ]);
  });

  it('count queued jobs that nobody priced', () => {
    const queue = tempQueue();
    stage(queue, planned('a', { quote: null }), planned('b', { quote: null }), planned('c'), planned('d', { quote: null }));
    intend(queue, 'a');
    expect(queue.batches.unpriced(queue.batch.id)).toEqual([{ provider: 'ulazai', jobs: 2 }]);
    stage(queue, planned('c'), planned('d', { quote: cr(1) }));
    expect(queue.batches.unpriced(queue.batch.id)).toEqual([]);
  });
});
