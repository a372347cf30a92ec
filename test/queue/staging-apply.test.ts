import { describe, expect, it, onTestFinished } from 'vitest';
import type { PlannedJob } from '../../src/plan/planned-job.ts';
import { Staging } from '../../src/queue/staging.ts';
import {
  accepted,
  changed,
  cr,
  done,
  failure,
  files,
  intend,
  job,
  planned,
  SILENT,
  saveAll,
  stage,
  T0,
  type TestQueue,
  tempQueue,
} from './support/temp-queue.ts';

function staged(queue: TestQueue, ...jobs: readonly PlannedJob[]): Staging {
  const staging = new Staging(queue.db);
  onTestFinished(() => staging.drop());
  staging.add(jobs);
  return staging;
}

describe('applying a manifest', () => {
  it('queues new jobs in manifest order, with all that was planned of them', () => {
    const queue = tempQueue();
    const full = planned('z', {
      localInputs: [{ field: 'images', index: 0, path: '/photos/z.jpg', sha256: 'f'.repeat(64), bytes: 12, mediaType: 'image/jpeg' }],
      copy: 2,
      twinKey: 'twins',
      quote: null,
      output: 'films/z-2',
      outputsAsked: 3,
      tags: ['spring', 'film'],
      priority: -5,
      vars: { sku: 'Z1', size: 3 },
      axes: ['size'],
    });
    stage(queue, full, planned('a'));
    const { place: _, publishingWouldSave: __, axes, ...stored } = full;
    expect(job(queue, 'z')).toEqual({
      ...stored,
      lane: 'ulazai/image||||',
      seq: 1,
      batchId: queue.batch.id,
      state: 'queued',
      attempt: 0,
      error: null,
      warning: null,
      removed: false,
      askedPrompt: null,
      createdAt: T0,
      submittedAt: null,
      completedAt: null,
    });
    expect(queue.db.prepare('SELECT axes FROM jobs ORDER BY seq').pluck().all()).toEqual([JSON.stringify(axes), '[]']);
    expect(queue.jobs.inState(queue.batch.id, 'queued').map((found) => found.id)).toEqual(['z', 'a']);
  });

  it('queues changed jobs again from every state in which nothing moves, as if they were new', () => {
    const queue = tempQueue();
    const ids = ['queued', 'done', 'failed', 'rejected', 'canceled'];
    stage(queue, ...ids.map((id) => planned(id)));
    done(queue, 'done');
    queue.attempts.fail(accepted(queue, 'failed').id, 'processing', failure(), SILENT, T0);
    queue.attempts.refuse(intend(queue, 'rejected').id, failure(), 'reject', T0);
    queue.jobs.move(job(queue, 'canceled').seq, 'queued', 'canceled');
    stage(queue, ...ids.map((id) => changed(id)));
    for (const id of ids) {
      expect(job(queue, id), id).toMatchObject({
        state: 'queued',
        params: { prompt: `another picture of ${id}` },
        error: null,
        submittedAt: null,
        completedAt: null,
      });
    }
    expect(intend(queue, 'done').number).toBe(2);
    expect(intend(queue, 'queued').number).toBe(1);
  });

  it('leaves a changed job alone while money is moving, and takes the change afterwards', () => {
    const queue = tempQueue();
    stage(queue, planned('submitting'), planned('processing'), planned('ready'), planned('unknown'));
    intend(queue, 'submitting');
    accepted(queue, 'processing');
    const ready = accepted(queue, 'ready');
    queue.attempts.complete(ready.id, files('1.png'), SILENT, null, T0);
    queue.attempts.lose(intend(queue, 'unknown').id, failure(), T0);
    const states = ['submitting', 'processing', 'ready', 'unknown'];
    stage(queue, ...states.map((id) => changed(id)));
    for (const id of states) expect(job(queue, id)).toMatchObject({ state: id, params: { prompt: `a picture of ${id}` } });
    saveAll(queue, ready.id);
    queue.attempts.settleOutputs(ready.id, null, T0);
    stage(queue, ...states.map((id) => changed(id)));
    expect(job(queue, 'ready')).toMatchObject({ state: 'queued', params: { prompt: 'another picture of ready' } });
  });

  it.each(['done', 'failed', 'rejected', 'canceled', 'processing', 'unknown'] as const)(
    'brings names, tags, order and price of an unchanged %s job up to date without queuing it',
    (state) => {
      const queue = tempQueue();
      stage(queue, planned('a'));
      if (state === 'done') done(queue, 'a');
      if (state === 'failed') queue.attempts.fail(accepted(queue, 'a').id, 'processing', failure(), SILENT, T0);
      if (state === 'rejected') queue.attempts.refuse(intend(queue, 'a').id, failure(), 'reject', T0);
      if (state === 'canceled') queue.jobs.move(job(queue, 'a').seq, 'queued', 'canceled');
      if (state === 'processing') accepted(queue, 'a');
      if (state === 'unknown') queue.attempts.lose(intend(queue, 'a').id, failure(), T0);
      const cosmetic = { output: 'new/name', tags: ['x'], vars: { v: 1 }, priority: 7, quote: cr(10), twinKey: 't', localInputs: [] };
      stage(queue, planned('a', cosmetic));
      expect(job(queue, 'a')).toMatchObject({ ...cosmetic, state });
      queue.ledger.assertClosed(queue.batch.id);
    },
  );

  it('writes no row when nothing differs', () => {
    const queue = tempQueue();
    stage(queue, planned('a', { tags: ['x'], twinKey: null }), planned('b', { quote: null }));
    const before = queue.db.prepare('SELECT total_changes()').pluck().get() as number;
    const staging = staged(queue, planned('a', { tags: ['x'], twinKey: null }), planned('b', { quote: null }));
    staging.apply(queue.batch.id, T0);
    // The two rows of the temporary table are all.
    expect(queue.db.prepare('SELECT total_changes()').pluck().get()).toBe(before + 2);
  });

  it('marks what the manifest no longer has, never deletes it, and takes it back as it was', () => {
    const queue = tempQueue();
    stage(queue, planned('a'), planned('b'), planned('c'));
    done(queue, 'b');
    stage(queue, planned('c'));
    expect(queue.batches.counts(queue.batch.id)).toEqual([{ provider: 'ulazai', state: 'queued', jobs: 1, quoted: cr(8) }]);
    expect(queue.jobs.nextQueued(queue.batch.id, 'ulazai/image||||', 10, null).map((found) => found.id)).toEqual(['c']);
    const stored = job(queue, 'a');
    expect(queue.intents.intend(stored, stored.params, { text: '', sha256: '' }, { cap: null, balance: null }, T0)).toEqual({
      kind: 'gone',
    });
    expect(staged(queue, planned('c')).counts(queue.batch.id)).toMatchObject({ total: 1, removed: 2 });

    const again = staged(queue, planned('a'), planned('b'), planned('c'));
    expect(again.counts(queue.batch.id)).toMatchObject({ new: 0, unchanged: 3 });
    expect(again.costs(queue.batch.id)[0]).toMatchObject({ toPayJobs: 2 });
    again.apply(queue.batch.id, T0);
    expect(job(queue, 'b').state).toBe('done');
    expect(queue.jobs.nextQueued(queue.batch.id, 'ulazai/image||||', 10, null).map((found) => found.id)).toEqual(['a', 'c']);
  });

  it('queues a removed job that comes back changed', () => {
    const queue = tempQueue();
    stage(queue, planned('a'));
    done(queue, 'a');
    stage(queue);
    stage(queue, changed('a'));
    expect(queue.batches.counts(queue.batch.id)).toMatchObject([{ state: 'queued', jobs: 1 }]);
  });

  it('keeps counting and collecting a removed job that is in flight: it is paid for', () => {
    const queue = tempQueue();
    stage(queue, planned('a'), planned('b'));
    const attempt = accepted(queue, 'a');
    queue.attempts.lose(intend(queue, 'b').id, failure(), T0);
    stage(queue);
    expect(queue.batches.counts(queue.batch.id).map((count) => count.state)).toEqual(['processing', 'unknown']);
    expect(queue.batches.latestUnfinished()?.name).toBe('spring');
    expect(queue.jobs.inState(queue.batch.id, 'processing').map((found) => found.id)).toEqual(['a']);
    queue.attempts.complete(attempt.id, files('1.png'), SILENT, null, T0);
    saveAll(queue, attempt.id);
    queue.attempts.settleOutputs(attempt.id, null, T0);
    expect([...queue.jobs.withResults(queue.batch.id)].map((found) => found.id)).toEqual(['a', 'b']);
    // Now it rests, and the next run marks it.
    stage(queue);
    expect(queue.batches.counts(queue.batch.id).map((count) => count.state)).toEqual(['unknown']);
    expect([...queue.jobs.withResults(queue.batch.id, true)].map((found) => found.id)).toEqual(['a', 'b']);
  });

  it('is one transaction: what cannot be stored whole is not stored at all', () => {
    const queue = tempQueue();
    stage(queue, planned('a'), planned('b'));
    const staging = staged(queue, changed('a'), planned('new'), planned('broken', { quote: -1 }));
    expect(() => staging.apply(queue.batch.id, T0)).toThrow('CHECK constraint failed');
    expect(job(queue, 'a').params).toEqual({ prompt: 'a picture of a' });
    expect(queue.batches.counts(queue.batch.id)).toEqual([{ provider: 'ulazai', state: 'queued', jobs: 2, quoted: cr(16) }]);
  });
});
