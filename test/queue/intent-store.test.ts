import { describe, expect, it, onTestFinished } from 'vitest';
import type { PlannedJob } from '../../src/plan/planned-job.ts';
import { IntentStore } from '../../src/queue/intent-store.ts';
import { InvariantError } from '../../src/queue/ledger.ts';
import { openQueue } from '../../src/queue/open-queue.ts';
import {
  accepted,
  attemptsOf,
  cr,
  done,
  entries,
  failure,
  files,
  intend,
  job,
  planned,
  SILENT,
  stage,
  T0,
  type TestQueue,
  tempQueue,
} from './support/temp-queue.ts';

function queueWith(...jobs: readonly PlannedJob[]): TestQueue {
  const queue = tempQueue();
  stage(queue, ...jobs);
  return queue;
}

function attempt(queue: TestQueue, id: string, room: { cap?: number; balance?: number } = {}) {
  const stored = job(queue, id);
  const limits = { cap: room.cap === undefined ? null : cr(room.cap), balance: room.balance === undefined ? null : cr(room.balance) };
  return queue.intents.intend(stored, stored.params, { text: `POST ${id}`, sha256: 'hash' }, limits, T0 + 1_000);
}

describe('an intent', () => {
  it('freezes the request and reserves the quote before a byte leaves', () => {
    const queue = queueWith(planned('a', { quote: cr(8) }));
    const outcome = attempt(queue, 'a', { cap: 8, balance: 8 });
    expect(outcome).toMatchObject({
      kind: 'written',
      attempt: { number: 1, state: 'submitting', quote: cr(8), intentAt: T0 + 1_000, params: { prompt: 'a picture of a' }, charged: null },
    });
    if (outcome.kind !== 'written') return;
    expect(queue.intents.frozen(outcome.attempt.id)).toEqual({ text: 'POST a', sha256: 'hash' });
    expect(entries(queue, outcome.attempt.id)).toEqual(['reserve 8']);
    expect(job(queue, 'a')).toMatchObject({ state: 'submitting', attempt: 1 });
  });

  it('is on disk when it returns: another process sees it', () => {
    const queue = queueWith(planned('a'));
    attempt(queue, 'a');
    const other = openQueue(queue.file);
    onTestFinished(() => void other.close());
    expect(other.prepare(`SELECT state FROM attempts`).pluck().all()).toEqual(['submitting']);
  });
});

describe('the cap', () => {
  it('is exact: what fits to the last credit is written, one more is not', () => {
    const queue = queueWith(planned('a'), planned('b'), planned('c'));
    expect(attempt(queue, 'a', { cap: 16 }).kind).toBe('written');
    expect(attempt(queue, 'b', { cap: 16 }).kind).toBe('written');
    expect(attempt(queue, 'c', { cap: 16 })).toEqual({ kind: 'budget', room: 0, needed: cr(8) });
    expect(job(queue, 'c').state).toBe('queued');
    expect(attemptsOf(queue, 'c')).toEqual([]);
  });

  it('counts what is charged, in flight and unknown, less what was refunded', () => {
    const queue = queueWith(planned('charged'), planned('flying'), planned('unknown'), planned('refunded'), planned('next'));
    done(queue, 'charged');
    accepted(queue, 'flying');
    queue.attempts.lose(intend(queue, 'unknown').id, failure(), T0);
    queue.attempts.fail(accepted(queue, 'refunded').id, 'processing', failure(), { charged: null, refunded: true }, T0);
    expect(attempt(queue, 'next', { cap: 31 })).toEqual({ kind: 'budget', room: cr(7), needed: cr(8) });
    expect(attempt(queue, 'next', { cap: 32 }).kind).toBe('written');
  });

  it('may have been passed by what the API took: nothing more is written', () => {
    const queue = queueWith(planned('a'), planned('b', { quote: 0 }), planned('c'));
    queue.attempts.charge(accepted(queue, 'a').id, cr(12), T0);
    expect(attempt(queue, 'c', { cap: 10 })).toEqual({ kind: 'budget', room: cr(-2), needed: cr(8) });
    expect(attempt(queue, 'b', { cap: 10 })).toMatchObject({ kind: 'budget' });
  });

  it('is of one batch at one provider', () => {
    const queue = queueWith(planned('a'), planned('b', { provider: 'mayanio', family: 'mayanio/images', model: 'mayanio/nano-banana' }));
    expect(attempt(queue, 'a', { cap: 8 }).kind).toBe('written');
    expect(attempt(queue, 'b', { cap: 8 }).kind).toBe('written');
  });

  it('holds no job without a price: an unknown price is not 0', () => {
    const queue = queueWith(planned('a', { quote: null }));
    expect(() => attempt(queue, 'a', { cap: 1_000 })).toThrow(InvariantError);
    expect(() => attempt(queue, 'a', { cap: 1_000 })).toThrow('The price of a (ulazai/image) is not known');
    expect(job(queue, 'a').state).toBe('queued');
    expect(attempt(queue, 'a').kind).toBe('written');
  });
});

describe('the balance', () => {
  it('has to hold what is in flight and unknown beside the quote, in all batches', () => {
    const queue = queueWith(planned('a'), planned('b'));
    const autumn = queue.batches.save({ name: 'autumn', manifest: 'm', outDir: 'o', budget: null }, T0);
    const other = { ...queue, batch: autumn };
    stage(other, planned('x'));
    intend(other, 'x');
    accepted(queue, 'a');
    expect(attempt(queue, 'b', { balance: 23 })).toEqual({ kind: 'balance', room: cr(7), needed: cr(8) });
    expect(attempt(queue, 'b', { balance: 24 }).kind).toBe('written');
  });

  it('does not count twice what is charged: the account has it already', () => {
    const queue = queueWith(planned('a'), planned('b'));
    queue.attempts.charge(accepted(queue, 'a').id, cr(8), T0);
    expect(attempt(queue, 'b', { balance: 8 }).kind).toBe('written');
  });
});

describe('twins', () => {
  const twin = (id: string): PlannedJob => planned(id, { twinKey: 'same in the history' });

  it('wait for each other while one is being submitted or unknown', () => {
    const queue = queueWith(twin('a'), twin('b'), planned('c'));
    const first = intend(queue, 'a');
    expect(attempt(queue, 'b')).toEqual({ kind: 'twin' });
    expect(attempt(queue, 'c').kind).toBe('written');
    queue.attempts.lose(first.id, failure(), T0);
    expect(attempt(queue, 'b')).toEqual({ kind: 'twin' });
  });

  it('go on once the first has its id', () => {
    const queue = queueWith(twin('a'), twin('b'));
    accepted(queue, 'a');
    expect(attempt(queue, 'b').kind).toBe('written');
  });

  it('are twins across batches: the account has one history', () => {
    const queue = queueWith(twin('a'));
    const other = { ...queue, batch: queue.batches.save({ name: 'autumn', manifest: 'm', outDir: 'o', budget: null }, T0) };
    stage(other, twin('a'));
    intend(queue, 'a');
    expect(attempt(other, 'a')).toEqual({ kind: 'twin' });
  });

  it('are not offered by the queue either', () => {
    const queue = queueWith(twin('a'), twin('b'), planned('c'));
    intend(queue, 'a');
    expect(queue.jobs.nextQueued(queue.batch.id, 'ulazai/image||||', 10, null).map((found) => found.id)).toEqual(['c']);
  });
});

describe('a job that is no longer what was read', () => {
  it.each([
    ['canceled', (queue: TestQueue) => void queue.jobs.move(job(queue, 'a').seq, 'queued', 'canceled')],
    ['submitted already', (queue: TestQueue) => void intend(queue, 'a')],
    ['removed from the manifest', (queue: TestQueue) => stage(queue)],
    ['changed', (queue: TestQueue) => stage(queue, planned('a', { params: { prompt: 'new' } }))],
    ['priced anew', (queue: TestQueue) => stage(queue, planned('a', { quote: cr(9) }))],
  ])('is gone when it was %s', (_, meanwhile) => {
    const queue = queueWith(planned('a'));
    const stale = job(queue, 'a');
    meanwhile(queue);
    const before = queue.db.prepare('SELECT count(*) FROM ledger').pluck().get();
    expect(queue.intents.intend(stale, stale.params, { text: '', sha256: '' }, { cap: null, balance: null }, T0)).toEqual({ kind: 'gone' });
    expect(queue.db.prepare('SELECT count(*) FROM ledger').pluck().get()).toBe(before);
  });
});

describe('the number of an attempt', () => {
  it('is used again after a refusal or a proof of absence, with the new request and price', () => {
    const queue = queueWith(planned('a'));
    queue.attempts.refuse(intend(queue, 'a').id, failure({ class: 'rate_limited' }), 'requeue', T0);
    stage(queue, planned('a', { params: { prompt: 'changed meanwhile' }, quote: cr(10) }));
    const second = intend(queue, 'a');
    expect(second).toMatchObject({ number: 1, quote: cr(10), params: { prompt: 'changed meanwhile' } });
    queue.attempts.lose(second.id, failure(), T0);
    queue.attempts.absent(second.id, 'proof', T0);
    expect(intend(queue, 'a')).toMatchObject({ id: second.id, number: 1 });
    expect(entries(queue, second.id)).toEqual(['reserve 8', 'release 8', 'reserve 10', 'release 10', 'reserve 10']);
    queue.ledger.assertClosed(queue.batch.id);
  });

  it('is one higher for every further submission', () => {
    const queue = queueWith(planned('a'));
    done(queue, 'a');
    queue.jobs.move(job(queue, 'a').seq, 'done', 'queued');
    const second = accepted(queue, 'a');
    queue.attempts.fail(second.id, 'processing', failure(), SILENT, T0);
    queue.jobs.move(job(queue, 'a').seq, 'failed', 'queued');
    expect(intend(queue, 'a').number).toBe(3);
    expect(attemptsOf(queue, 'a')).toEqual([
      [1, 'done'],
      [2, 'failed'],
      [3, 'submitting'],
    ]);
    expect(queue.attempts.latest(job(queue, 'a').seq)?.number).toBe(3);
  });

  it('goes up after a rejection: the request was refused, not withdrawn', () => {
    const queue = queueWith(planned('a'));
    queue.attempts.refuse(intend(queue, 'a').id, failure({ class: 'invalid' }), 'reject', T0);
    queue.jobs.move(job(queue, 'a').seq, 'rejected', 'queued');
    expect(intend(queue, 'a').number).toBe(2);
  });

  it('keeps the figures of the attempts before it', () => {
    const queue = queueWith(planned('a'));
    const first = accepted(queue, 'a');
    queue.attempts.complete(first.id, files('1.png'), { charged: cr(7), refunded: null }, null, T0);
    queue.outputs.lost(queue.outputs.ofAttempt(first.id)[0]!.id);
    queue.attempts.settleOutputs(first.id, failure({ class: 'lost', charged: 'yes' }), T0);
    queue.jobs.move(job(queue, 'a').seq, 'failed', 'queued');
    intend(queue, 'a');
    expect(queue.attempts.byId(first.id)).toMatchObject({ state: 'failed', charged: cr(7), remoteId: 'remote-a-1' });
  });
});

describe('two writers', () => {
  it('cannot both pass the cap: check and intent are one transaction', () => {
    const queue = queueWith(planned('a'), planned('b'));
    const other = openQueue(queue.file);
    onTestFinished(() => void other.close());
    const theirs = new IntentStore(other);
    const [a, b] = [job(queue, 'a'), job(queue, 'b')];
    const request = { text: '', sha256: '' };
    expect(queue.intents.intend(a, a.params, request, { cap: cr(8), balance: null }, T0).kind).toBe('written');
    expect(theirs.intend(b, b.params, request, { cap: cr(8), balance: null }, T0)).toMatchObject({ kind: 'budget', room: 0 });
    // Nor the same job twice.
    expect(theirs.intend(a, a.params, request, { cap: null, balance: null }, T0)).toEqual({ kind: 'gone' });
  });
});
