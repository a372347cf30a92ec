import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../src/queue/ledger.ts';
import {
  accepted,
  cr,
  done,
  entries,
  failure,
  files,
  handle,
  intend,
  job,
  money,
  planned,
  queueWith,
  SILENT,
  stage,
  T0,
  tempQueue,
} from './support/temp-queue.ts';

describe('accept', () => {
  it('keeps every id of the answer, and the reservation until a figure comes', () => {
    const queue = queueWith('a');
    const attempt = intend(queue, 'a');
    queue.attempts.accept(attempt, { ids: ['r1', 'r2'], other: { provider_task_id: 'p1' } }, 'submitting', T0 + 2_000);
    const stored = queue.attempts.byId(attempt.id);
    expect(stored).toMatchObject({ state: 'processing', remoteId: 'r1', submittedAt: T0 + 2_000 });
    expect(stored.handle).toEqual({ ids: ['r1', 'r2'], other: { provider_task_id: 'p1' } });
    expect(job(queue, 'a')).toMatchObject({ state: 'processing', submittedAt: T0 + 2_000 });
    expect(queue.attempts.ownerOf('ulazai', 'ulazai/image', 'r2')).toBe(attempt.id);
    expect(entries(queue, attempt.id)).toEqual(['reserve 8']);
    expect(money(queue)).toEqual({ reserved: 8, unknown: 0, charged: 0, refunded: 0 });
  });

  it('keeps ids that a later answer names beside those of the submission', () => {
    const queue = queueWith('a');
    const attempt = intend(queue, 'a');
    queue.attempts.accept(attempt, { ids: ['r1'], other: { provider_task_id: 'p1' } }, 'submitting', T0);
    queue.attempts.keepIds(attempt.id, { prompt_submission_id: 's1' });
    queue.attempts.keepIds(attempt.id, {});
    expect(queue.attempts.byId(attempt.id).handle).toEqual({ ids: ['r1'], other: { provider_task_id: 'p1', prompt_submission_id: 's1' } });
  });

  it('gives one remote id to one attempt: the second is a broken promise, and changes nothing', () => {
    const queue = queueWith('a', 'b');
    accepted(queue, 'a');
    const second = intend(queue, 'b');
    expect(() => queue.attempts.accept(second, handle('new', 'remote-a-1'), 'submitting', T0)).toThrow(InvariantError);
    expect(() => queue.attempts.accept(second, handle('new', 'remote-a-1'), 'submitting', T0)).toThrow('given to two attempts');
    expect(queue.attempts.ownerOf('ulazai', 'ulazai/image', 'new')).toBeNull();
    expect(job(queue, 'b').state).toBe('submitting');
  });

  it('lets two families have the same id, and one answer name an id twice', () => {
    const queue = tempQueue();
    stage(queue, planned('a'), planned('b', { family: 'ulazai/sora-2', model: 'ulazai/sora-2' }));
    queue.attempts.accept(intend(queue, 'a'), handle('7', '7'), 'submitting', T0);
    queue.attempts.accept(intend(queue, 'b'), handle('7'), 'submitting', T0);
    expect(queue.attempts.ownerOf('ulazai', 'ulazai/image', '7')).not.toBe(queue.attempts.ownerOf('ulazai', 'ulazai/sora-2', '7'));
  });

  it('refuses an attempt that is no longer where it should be', () => {
    const queue = queueWith('a');
    const attempt = accepted(queue, 'a');
    expect(() => queue.attempts.accept(attempt, handle('other'), 'submitting', T0)).toThrow(InvariantError);
    expect(queue.attempts.ownerOf('ulazai', 'ulazai/image', 'other')).toBeNull();
  });

  it('never moves a job by an attempt that is not its latest', () => {
    const queue = queueWith('a');
    const first = done(queue, 'a');
    queue.jobs.move(job(queue, 'a').seq, 'done', 'queued');
    intend(queue, 'a');
    expect(() => queue.attempts.accept(first, handle('late'), 'submitting', T0)).toThrow(`The attempt ${first.id} is no longer submitting`);
    expect(() => queue.attempts.lose(first.id, failure(), T0)).toThrow('is no longer submitting');
    expect(() => queue.attempts.refuse(first.id, failure(), 'requeue', T0)).toThrow('is no longer submitting');
    expect(job(queue, 'a').state).toBe('submitting');
  });

  it('binds what the history showed of an unknown attempt, and forgets the error', () => {
    const queue = queueWith('a');
    const attempt = intend(queue, 'a');
    queue.attempts.lose(attempt.id, failure({ class: 'transport' }), T0 + 5_000);
    queue.attempts.accept(attempt, handle('found'), 'unknown', T0 + 90_000);
    expect(job(queue, 'a')).toMatchObject({ state: 'processing', error: null });
    expect(queue.db.prepare('SELECT error FROM attempts').pluck().get()).toBeNull();
    expect(money(queue)).toEqual({ reserved: 8, unknown: 0, charged: 0, refunded: 0 });
  });
});

describe('charge', () => {
  it('books the first figure and releases the reservation', () => {
    const queue = queueWith('a');
    const attempt = accepted(queue, 'a');
    queue.attempts.charge(attempt.id, cr(8), T0);
    expect(entries(queue, attempt.id)).toEqual(['reserve 8', 'release 8', 'charge 8']);
    expect(queue.attempts.byId(attempt.id).charged).toBe(cr(8));
    expect(money(queue)).toEqual({ reserved: 0, unknown: 0, charged: 8, refunded: 0 });
  });

  it.each([
    ['lower', 7, ['reserve 8', 'release 8', 'charge 8', 'charge -1'], 7],
    ['higher', 10, ['reserve 8', 'release 8', 'charge 8', 'charge 2'], 10],
    ['equal', 8, ['reserve 8', 'release 8', 'charge 8'], 8],
  ])('books a later figure that is %s as a correction', (_, later, written, total) => {
    const queue = queueWith('a');
    const attempt = accepted(queue, 'a');
    queue.attempts.charge(attempt.id, cr(8), T0);
    queue.attempts.charge(attempt.id, cr(later), T0);
    expect(entries(queue, attempt.id)).toEqual(written);
    expect(money(queue).charged).toBe(total);
  });
});

describe('complete', () => {
  it.each([
    ['the create answer alone names the charge', 7, SILENT, ['reserve 8', 'release 8', 'charge 7'], 7],
    ['the status alone names it', null, { charged: cr(8), refunded: null }, ['reserve 8', 'release 8', 'charge 8'], 8],
    ['nobody names it: the quote', null, SILENT, ['reserve 8', 'release 8', 'charge 8'], 8],
    ['both agree', 8, { charged: cr(8), refunded: null }, ['reserve 8', 'release 8', 'charge 8'], 8],
    ['the status corrects it', 8, { charged: cr(6), refunded: null }, ['reserve 8', 'release 8', 'charge 8', 'charge -2'], 6],
    ['it turned out free', 8, { charged: 0, refunded: null }, ['reserve 8', 'release 8', 'charge 8', 'charge -8'], 0],
    ['a part was given back', 8, { charged: null, refunded: cr(2) }, ['reserve 8', 'release 8', 'charge 8', 'refund 2'], 6],
    ['nothing was given back', 8, { charged: null, refunded: 0 }, ['reserve 8', 'release 8', 'charge 8'], 8],
    ['it says no refund', 8, { charged: null, refunded: false }, ['reserve 8', 'release 8', 'charge 8'], 8],
  ] as const)('%s', (_, atCreate, said, written, net) => {
    const queue = queueWith('a');
    const attempt = accepted(queue, 'a');
    if (atCreate !== null) queue.attempts.charge(attempt.id, cr(atCreate), T0);
    queue.attempts.complete(attempt.id, files('1.png'), said, null, T0 + 3_000);
    expect(entries(queue, attempt.id)).toEqual(written);
    expect(money(queue)).toMatchObject({ reserved: 0, unknown: 0 });
    expect(money(queue).charged - money(queue).refunded).toBe(net);
    expect(job(queue, 'a')).toMatchObject({ state: 'ready', completedAt: T0 + 3_000, error: null });
    queue.ledger.assertClosed(queue.batch.id);
  });

  it('says on the entry that the quote stands in', () => {
    const queue = queueWith('a');
    const attempt = accepted(queue, 'a');
    queue.attempts.complete(attempt.id, files('1.png'), SILENT, null, T0);
    expect(queue.db.prepare(`SELECT note FROM ledger WHERE kind = 'charge'`).pluck().get()).toBe('the quote: the answers name no charge');
  });

  it('leaves a refund without a sum open instead of guessing it', () => {
    const queue = queueWith('a');
    const attempt = accepted(queue, 'a');
    queue.attempts.complete(attempt.id, files('1.png'), { charged: cr(8), refunded: true }, null, T0);
    expect(money(queue)).toMatchObject({ charged: 8, refunded: 0 });
    expect(queue.attempts.openRefunds(queue.batch.id).map((open) => open.id)).toEqual([attempt.id]);
  });

  it('books nothing for a job that nobody priced', () => {
    const queue = tempQueue();
    stage(queue, planned('a', { quote: null }));
    const attempt = accepted(queue, 'a');
    queue.attempts.complete(attempt.id, files('1.png'), SILENT, 'fewer than asked', T0);
    expect(entries(queue, attempt.id)).toEqual([]);
    expect(queue.attempts.byId(attempt.id).charged).toBeNull();
    expect(job(queue, 'a').warning).toBe('fewer than asked');
  });

  it('keeps the moment of generation when the files come later', () => {
    const queue = queueWith('a');
    const attempt = done(queue, 'a');
    expect(attempt).toMatchObject({ state: 'done', completedAt: T0 + 3_000 });
    expect(job(queue, 'a')).toMatchObject({ state: 'done', completedAt: T0 + 3_000 });
  });

  it('takes a job only once', () => {
    const queue = queueWith('a');
    const attempt = accepted(queue, 'a');
    queue.attempts.complete(attempt.id, files('1.png'), SILENT, null, T0);
    expect(() => queue.attempts.complete(attempt.id, files('1.png'), SILENT, null, T0)).toThrow('is no longer processing');
    expect(queue.outputs.ofAttempt(attempt.id)).toHaveLength(1);
    expect(money(queue).charged).toBe(8);
  });
});

describe('finish', () => {
  it('takes a result that is in the answer: ids, files and money at once', () => {
    const queue = queueWith('a');
    const attempt = intend(queue, 'a');
    queue.attempts.finish(attempt, handle('g1'), 'submitting', files('1.png', '2.png'), SILENT, null, T0 + 9_000);
    // Sent with its intent: the answer came when the work was done.
    expect(job(queue, 'a')).toMatchObject({ state: 'ready', submittedAt: T0 + 1_000, completedAt: T0 + 9_000 });
    expect(queue.outputs.ofAttempt(attempt.id)).toHaveLength(2);
    expect(entries(queue, attempt.id)).toEqual(['reserve 8', 'release 8', 'charge 8']);
  });

  it('is all or nothing: what fails in it leaves the submission as it was', () => {
    const queue = queueWith('a');
    const attempt = intend(queue, 'a');
    const [file] = files('1.png');
    const broken = [{ ...file!, kind: 'song' as 'image' }];
    expect(() => queue.attempts.finish(attempt, handle('g1'), 'submitting', broken, SILENT, null, T0)).toThrow('CHECK constraint failed');
    expect(job(queue, 'a').state).toBe('submitting');
    expect(queue.attempts.ownerOf('ulazai', 'ulazai/image', 'g1')).toBeNull();
    expect(entries(queue, attempt.id)).toEqual(['reserve 8']);
  });
});
