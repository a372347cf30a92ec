import { describe, expect, it, onTestFinished } from 'vitest';
import type { PlannedJob } from '../../src/plan/planned-job.ts';
import { openQueueForReading } from '../../src/queue/open-queue.ts';
import { Staging } from '../../src/queue/staging.ts';
import { accepted, changed, cr, done, failure, intend, job, planned, stage, T0, type TestQueue, tempQueue } from './support/temp-queue.ts';

function staged(queue: TestQueue, ...jobs: readonly PlannedJob[]): Staging {
  const staging = new Staging(queue.db);
  onTestFinished(() => staging.drop());
  staging.add(jobs);
  return staging;
}

describe('comparing a manifest with the queue', () => {
  it('finds everything new where nothing is stored', () => {
    const queue = tempQueue();
    const none = { new: 0, changed: 0, unchanged: 0, removed: 0, waiting: 0, kept: 0, back: 0 };
    expect(staged(queue).counts(null)).toEqual({ ...none, total: 0 });
    expect(staged(queue, planned('a'), planned('b')).counts(null)).toEqual({ ...none, total: 2, new: 2 });
    expect(staged(queue, planned('a'), planned('b')).counts(queue.batch.id)).toEqual({ ...none, total: 2, new: 2 });
  });

  it('tells new, changed, unchanged, waiting and removed apart, in manifest order', () => {
    const queue = tempQueue();
    stage(queue, ...['gone', 'same', 'other', 'flying', 'gone2'].map((id) => planned(id)));
    accepted(queue, 'flying');
    const staging = staged(queue, changed('flying'), planned('z-new'), planned('same'), changed('other'), planned('a-new'));
    expect(staging.counts(queue.batch.id)).toEqual({
      total: 5,
      new: 2,
      changed: 2,
      unchanged: 1,
      removed: 2,
      waiting: 1,
      kept: 0,
      back: 0,
    });
    const listed = (kind: 'new' | 'changed' | 'waiting') => [...staging.differences(queue.batch.id, kind)];
    expect(listed('new')).toMatchObject([
      { id: 'z-new', state: null, before: null, pays: true },
      { id: 'a-new', state: null, before: null, pays: true },
    ]);
    expect([...staging.removed(queue.batch.id)].map(({ id }) => id)).toEqual(['gone', 'gone2']);
    expect(listed('changed')).toMatchObject([
      {
        id: 'flying',
        state: 'processing',
        quote: cr(8),
        pays: false,
        before: { model: 'ulazai/image', params: { prompt: 'a picture of flying' }, copy: 1 },
        after: { model: 'ulazai/image', params: { prompt: 'another picture of flying' }, copy: 1 },
      },
      { id: 'other', state: 'queued', pays: true },
    ]);
    expect(listed('waiting')).toMatchObject([{ id: 'same', state: 'queued', before: null, pays: true, lost: false }]);
  });

  it('looks at its own batch alone', () => {
    const queue = tempQueue();
    stage(queue, planned('a'));
    const other = queue.batches.save({ name: 'autumn', manifest: 'autumn.yaml', outDir: 'o', budget: null }, T0);
    const staging = staged(queue, changed('a'));
    expect(staging.counts(other.id)).toMatchObject({ new: 1, changed: 0, removed: 0 });
    staging.apply(other.id, T0);
    expect(job(queue, 'a').params).toEqual({ prompt: 'a picture of a' });
    expect(queue.jobs.byId(other.id, 'a')?.params).toEqual({ prompt: 'another picture of a' });
  });

  it('refuses one id twice', () => {
    const queue = tempQueue();
    expect(() => staged(queue, planned('a'), planned('a'))).toThrow('UNIQUE constraint failed');
  });
});

describe('what a manifest costs', () => {
  it('is told by model: everything, and what is still to pay', () => {
    const queue = tempQueue();
    const film = { model: 'ulazai/veo3_fast', family: 'ulazai/veo3_fast', quote: cr(130) };
    stage(queue, planned('done'), planned('failed'), planned('redone'), planned('flying'), planned('queued'), planned('film', film));
    done(queue, 'done');
    done(queue, 'redone');
    accepted(queue, 'flying');
    queue.attempts.refuse(intend(queue, 'failed').id, failure(), 'reject', T0);
    const staging = staged(
      queue,
      planned('film', film),
      planned('done'),
      planned('failed'),
      changed('redone'),
      changed('flying'),
      planned('queued', { publishingWouldSave: cr(1) }),
      planned('new', { quote: cr(9), publishingWouldSave: cr(2) }),
      planned('unpriced', { quote: null }),
    );
    expect(staging.costs(queue.batch.id)).toEqual([
      {
        provider: 'ulazai',
        model: 'ulazai/veo3_fast',
        family: 'ulazai/veo3_fast',
        jobs: 1,
        priced: 1,
        total: cr(130),
        toPayJobs: 1,
        toPay: cr(130),
        unpricedToPay: 0,
        samePrice: true,
        publishingWouldSave: 0,
      },
      {
        provider: 'ulazai',
        model: 'ulazai/image',
        family: 'ulazai/image',
        jobs: 7,
        priced: 6,
        total: cr(49),
        // redone, queued, new and unpriced; done and failed ones stay as they are, what is in flight is paid already.
        toPayJobs: 4,
        toPay: cr(8 + 8 + 9),
        unpricedToPay: 1,
        samePrice: false,
        publishingWouldSave: cr(3),
      },
    ]);
  });

  it('is the same figure that is then queued', () => {
    const queue = tempQueue();
    stage(queue, planned('a'), planned('b'));
    done(queue, 'a');
    const staging = staged(queue, planned('a'), changed('b', { quote: cr(20) }), planned('c', { quote: cr(5) }));
    const [cost] = staging.costs(queue.batch.id);
    staging.apply(queue.batch.id, T0);
    const queued = queue.batches.counts(queue.batch.id).find((count) => count.state === 'queued');
    expect(queued).toMatchObject({ jobs: cost!.toPayJobs, quoted: cost!.toPay });
  });
});

describe('a plan', () => {
  it('works on a queue opened for reading, and changes nothing of it', () => {
    const queue = tempQueue();
    stage(queue, planned('a'), planned('b'));
    const reader = openQueueForReading(queue.file)!;
    onTestFinished(() => void reader.close());
    const staging = new Staging(reader);
    staging.add([changed('a'), planned('c')]);
    expect(staging.counts(queue.batch.id)).toEqual({
      total: 2,
      new: 1,
      changed: 1,
      unchanged: 0,
      removed: 1,
      waiting: 0,
      kept: 0,
      back: 0,
    });
    expect(staging.costs(queue.batch.id)).toHaveLength(1);
    expect([...staging.differences(queue.batch.id, 'changed')]).toHaveLength(1);
    expect(() => staging.apply(queue.batch.id, T0)).toThrow('readonly database');
    staging.drop();
    expect(queue.jobs.inState(queue.batch.id, 'queued').map((stored) => stored.id)).toEqual(['a', 'b']);
  });

  it('begins anew each time', () => {
    const queue = tempQueue();
    staged(queue, planned('a'));
    expect([...staged(queue, planned('b')).differences(null, 'new')].map(({ id }) => id)).toEqual(['b']);
  });
});
