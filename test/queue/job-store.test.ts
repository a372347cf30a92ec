import { describe, expect, it } from 'vitest';
import { accepted, cr, done, failure, intend, job, planned, SILENT, stage, T0, type TestQueue, tempQueue } from './support/temp-queue.ts';

const FILM = { family: 'ulazai/veo3', model: 'ulazai/veo3', quote: cr(300) };
const CUBE = { family: 'mayanio/image-to-3d', model: 'mayanio/image-to-3d', provider: 'mayanio', quote: cr(20) };

function ids(found: readonly { readonly id: string }[]): readonly string[] {
  return found.map((one) => one.id);
}

describe('what comes next', () => {
  it('is the highest priority first, then manifest order, of one family', () => {
    const queue = tempQueue();
    stage(
      queue,
      planned('a'),
      planned('b', { priority: 5 }),
      planned('c', { priority: -1 }),
      planned('d', { priority: 5 }),
      planned('film', FILM),
    );
    const next = (limit: number): readonly string[] => ids(queue.jobs.nextQueued(queue.batch.id, 'ulazai/image||||', limit, null));
    expect(next(10)).toEqual(['b', 'd', 'a', 'c']);
    expect(next(2)).toEqual(['b', 'd']);
    expect(ids(queue.jobs.nextQueued(queue.batch.id, 'ulazai/veo3||||', 10, null))).toEqual(['film']);
    expect(queue.jobs.nextQueued(queue.batch.id, 'ulazai/sora-2||||', 10, null)).toEqual([]);
  });

  it('leaves out what is dearer than may be spent, and what is handed over already with its twins', () => {
    const queue = tempQueue();
    const twin = { twinKey: 't' };
    stage(queue, planned('dear', { quote: cr(9) }), planned('a', twin), planned('b', twin), planned('c'), planned('free', { quote: 0 }));
    const next = (most: number | null, handedOver?: { seqs: number[]; twinKeys: string[] }): readonly string[] =>
      ids(queue.jobs.nextQueued(queue.batch.id, 'ulazai/image||||', 10, most, handedOver));
    expect(next(cr(8))).toEqual(['a', 'b', 'c', 'free']);
    expect(next(0)).toEqual(['free']);
    expect(next(null, { seqs: [job(queue, 'a').seq, job(queue, 'c').seq], twinKeys: ['t'] })).toEqual(['dear', 'free']);
  });

  it('is of this batch, and nothing that is not queued', () => {
    const queue = tempQueue();
    stage(queue, planned('a'), planned('b'), planned('c'));
    const autumn = { ...queue, batch: queue.batches.save({ name: 'autumn', manifest: 'm', outDir: 'o', budget: null }, T0) };
    stage(autumn, planned('x'));
    intend(queue, 'a');
    queue.jobs.move(job(queue, 'b').seq, 'queued', 'canceled');
    expect(ids(queue.jobs.nextQueued(queue.batch.id, 'ulazai/image||||', 10, null))).toEqual(['c']);
  });

  it('names the lanes that have something queued, with how much: models, and lengths, qualities and sizes of their own', () => {
    const queue = tempQueue();
    const lanes = (): readonly (readonly [string, number])[] =>
      queue.jobs.lanes(queue.batch.id, 'queued').map(({ lane, jobs }) => [lane, jobs] as const);
    expect(lanes()).toEqual([]);
    const wide = { params: { prompt: 'wide', aspect_ratio: '16:9' } };
    const long = { ...FILM, params: { prompt: 'long', duration: 10, quality: 'pro', sound: true } };
    stage(queue, planned('film', FILM), planned('long', long), planned('a'), planned('b'), planned('wide', wide), planned('cube', CUBE));
    expect(queue.jobs.lanes(queue.batch.id, 'queued')).toContainEqual({
      lane: 'mayanio/image-to-3d||||',
      family: 'mayanio/image-to-3d',
      provider: 'mayanio',
      jobs: 1,
    });
    intend(queue, 'film');
    intend(queue, 'a');
    expect(lanes()).toEqual([
      ['mayanio/image-to-3d||||', 1],
      ['ulazai/image|||16:9|', 1],
      ['ulazai/image||||', 1],
      ['ulazai/veo3|10|pro||1', 1],
    ]);
    expect(queue.jobs.lanes(queue.batch.id, 'submitting').map(({ lane }) => lane)).toEqual(['ulazai/image||||', 'ulazai/veo3||||']);
  });

  it('a job that is changed moves to another lane, and is counted there', () => {
    const queue = tempQueue();
    stage(queue, planned('a'), planned('b'));
    stage(queue, planned('a', { params: { prompt: 'a', aspect_ratio: '1:1' } }), planned('b'));
    expect(queue.jobs.lanes(queue.batch.id, 'queued').map(({ lane, jobs }) => [lane, jobs])).toEqual([
      ['ulazai/image|||1:1|', 1],
      ['ulazai/image||||', 1],
    ]);
  });
});

describe('lists', () => {
  it('gives the jobs of a state page by page', () => {
    const queue = tempQueue();
    stage(queue, ...['a', 'b', 'c', 'd', 'e'].map((id) => planned(id)));
    done(queue, 'b');
    const first = queue.jobs.inState(queue.batch.id, 'queued', 0, 2);
    expect(ids(first)).toEqual(['a', 'c']);
    expect(ids(queue.jobs.inState(queue.batch.id, 'queued', first.at(-1)!.seq, 2))).toEqual(['d', 'e']);
    expect(ids(queue.jobs.inState(queue.batch.id, 'done'))).toEqual(['b']);
  });

  it('leaves out of a state what the manifest no longer has: retry and cancel would wake it', () => {
    const queue = tempQueue();
    stage(queue, planned('a'), planned('b'));
    queue.attempts.refuse(intend(queue, 'a').id, failure(), 'reject', T0);
    queue.attempts.refuse(intend(queue, 'b').id, failure(), 'reject', T0);
    stage(queue, planned('b'));
    expect(ids(queue.jobs.inState(queue.batch.id, 'rejected'))).toEqual(['b']);
    expect(job(queue, 'a')).toMatchObject({ removed: true, state: 'rejected' });
  });

  it('streams every job with what its latest attempt came to, while others write', () => {
    const queue = tempQueue();
    stage(queue, ...Array.from({ length: 1_500 }, (_, n) => planned(`job-${n}`)), planned('last'));
    done(queue, 'job-0');
    queue.attempts.fail(accepted(queue, 'job-1').id, 'processing', failure(), { charged: cr(8), refunded: cr(8) }, T0);
    const seen = [];
    for (const found of queue.jobs.withResults(queue.batch.id)) {
      if (found.id === 'job-3') queue.jobs.move(found.seq, 'queued', 'canceled');
      seen.push(found);
    }
    expect(seen).toHaveLength(1_501);
    expect(seen.at(-1)?.id).toBe('last');
    expect(seen[0]).toMatchObject({
      id: 'job-0',
      state: 'done',
      charged: cr(8),
      refunded: null,
      remoteId: 'remote-job-0-1',
      files: [{ path: '1.png', bytes: 10, sha256: 'ab'.repeat(32), mediaType: 'image/png' }],
    });
    expect(seen[1]).toMatchObject({ state: 'failed', charged: cr(8), refunded: cr(8), error: { charged: 'no' }, files: [] });
    expect(seen[2]).toMatchObject({ state: 'queued', charged: null, remoteId: null, files: [] });
  });

  it('adds up the files on disk, those of earlier attempts too', () => {
    const queue = tempQueue();
    stage(queue, planned('a'), planned('b'));
    expect(queue.jobs.outputTotals(queue.batch.id)).toEqual({ files: 0, bytes: 0 });
    done(queue, 'a');
    done(queue, 'b');
    queue.jobs.move(job(queue, 'a').seq, 'done', 'queued');
    done(queue, 'a');
    expect(queue.jobs.outputTotals(queue.batch.id)).toEqual({ files: 3, bytes: 30 });
  });

  it('finds nothing where there is nothing', () => {
    const queue = tempQueue();
    expect(queue.jobs.bySeq(7)).toBeNull();
    expect(queue.jobs.byId(queue.batch.id, 'a')).toBeNull();
    expect(queue.attempts.latest(7)).toBeNull();
  });
});

describe('moving a job on the user’s word', () => {
  function ended(): TestQueue {
    const queue = tempQueue();
    stage(queue, planned('failed'), planned('done'));
    queue.attempts.fail(accepted(queue, 'failed').id, 'processing', failure(), SILENT, T0);
    done(queue, 'done');
    return queue;
  }

  it('queues it as if it were new', () => {
    const queue = ended();
    expect(queue.jobs.move(job(queue, 'failed').seq, 'failed', 'queued')).toBe(true);
    expect(job(queue, 'failed')).toMatchObject({
      state: 'queued',
      error: null,
      warning: null,
      submittedAt: null,
      completedAt: null,
      attempt: 1,
    });
  });

  it('moves nothing that is in another state than was seen', () => {
    const queue = ended();
    expect(queue.jobs.move(job(queue, 'done').seq, 'failed', 'queued')).toBe(false);
    expect(job(queue, 'done').state).toBe('done');
  });

  it.each([
    ['unknown', 'queued'],
    ['submitting', 'queued'],
    ['processing', 'failed'],
    ['queued', 'submitting'],
    ['done', 'ready'],
  ] as const)('never moves what has an attempt in flight: %s → %s', (from, to) => {
    const queue = ended();
    expect(() => queue.jobs.move(job(queue, 'done').seq, from, to)).toThrow(`Cannot move a job from ${from} to ${to} without its attempt`);
  });

  it('knows the machine', () => {
    const queue = ended();
    expect(() => queue.jobs.move(job(queue, 'done').seq, 'done', 'canceled')).toThrow('Cannot move a job from done to canceled');
  });
});
