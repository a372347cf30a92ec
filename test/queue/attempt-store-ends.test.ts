import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../src/queue/ledger.ts';
import {
  accepted,
  attemptsOf,
  cr,
  entries,
  failure,
  files,
  intend,
  job,
  money,
  queueWith,
  SILENT,
  saveAll,
  T0,
  type TestQueue,
} from './support/temp-queue.ts';

describe('refuse', () => {
  it('rejects for good, the reservation released', () => {
    const queue = queueWith('a');
    const attempt = intend(queue, 'a');
    const invalid = failure({ class: 'invalid', httpStatus: 400, charged: 'no' });
    queue.attempts.refuse(attempt.id, invalid, 'reject', T0 + 2_000);
    expect(job(queue, 'a')).toMatchObject({ state: 'rejected', error: invalid, completedAt: T0 + 2_000 });
    expect(entries(queue, attempt.id)).toEqual(['reserve 8', 'release 8']);
  });

  it.each(['auth', 'no_funds', 'rate_limited'] as const)('puts a job back that %s kept out, and uses its number again', (cls) => {
    const queue = queueWith('a');
    const attempt = intend(queue, 'a');
    queue.attempts.refuse(attempt.id, failure({ class: cls, charged: 'no' }), 'requeue', T0);
    expect(job(queue, 'a')).toMatchObject({ state: 'queued', attempt: 1, submittedAt: null, error: { class: cls } });
    expect(money(queue)).toEqual({ reserved: 0, unknown: 0, charged: 0, refunded: 0 });
    const again = intend(queue, 'a');
    expect(again).toMatchObject({ id: attempt.id, number: 1, state: 'submitting', submittedAt: null, completedAt: null });
    expect(attemptsOf(queue, 'a')).toHaveLength(1);
    expect(entries(queue, attempt.id)).toEqual(['reserve 8', 'release 8', 'reserve 8']);
    queue.ledger.assertClosed(queue.batch.id);
  });
});

describe('lose and absent', () => {
  it('keeps the reservation of what may have been paid, as unknown', () => {
    const queue = queueWith('a');
    const attempt = intend(queue, 'a');
    queue.attempts.lose(attempt.id, failure({ class: 'transport', httpStatus: null }), T0 + 61_000);
    expect(job(queue, 'a')).toMatchObject({
      state: 'unknown',
      submittedAt: T0 + 61_000,
      error: { class: 'transport', charged: 'unknown' },
    });
    expect(money(queue)).toEqual({ reserved: 0, unknown: 8, charged: 0, refunded: 0 });
    expect(queue.attempts.unknown(queue.batch.id).map((lost) => lost.id)).toEqual([attempt.id]);
    queue.ledger.assertClosed(queue.batch.id);
  });

  it('returns a job to the queue on proof of absence, the same number to be used again', () => {
    const queue = queueWith('a');
    const attempt = intend(queue, 'a');
    queue.attempts.lose(attempt.id, failure(), T0);
    queue.attempts.absent(attempt.id, 'not in the history', T0);
    expect(job(queue, 'a')).toMatchObject({ state: 'queued', error: null, submittedAt: null });
    expect(entries(queue, attempt.id)).toEqual(['reserve 8', 'release 8']);
    expect(intend(queue, 'a').number).toBe(1);
  });

  it('takes nothing as absent that is not unknown', () => {
    const queue = queueWith('a');
    const attempt = accepted(queue, 'a');
    expect(() => queue.attempts.absent(attempt.id, 'a guess', T0)).toThrow(InvariantError);
    expect(entries(queue, attempt.id)).toEqual(['reserve 8']);
  });

  it('makes unknown what a dead process was submitting, in every batch, and nothing else', () => {
    const queue = queueWith('a', 'b', 'c');
    intend(queue, 'a');
    accepted(queue, 'b');
    expect(queue.attempts.orphansToUnknown(T0 + 60_000)).toBe(1);
    expect(['a', 'b', 'c'].map((id) => job(queue, id).state)).toEqual(['unknown', 'processing', 'queued']);
    expect(job(queue, 'a').error).toMatchObject({ class: 'transport', httpStatus: null, charged: 'unknown' });
    expect(queue.attempts.orphansToUnknown(T0 + 60_000)).toBe(0);
  });
});

describe('settleOutputs', () => {
  it('is done when every file is on disk, and not before', () => {
    const queue = queueWith('a');
    const attempt = accepted(queue, 'a');
    queue.attempts.complete(attempt.id, files('1.png', '2.png'), SILENT, null, T0);
    expect(() => queue.attempts.settleOutputs(attempt.id, null, T0)).toThrow('2 of its files are not on disk');
    expect(job(queue, 'a').state).toBe('ready');
    saveAll(queue, attempt.id);
    queue.attempts.settleOutputs(attempt.id, null, T0);
    expect(job(queue, 'a')).toMatchObject({ state: 'done', error: null });
  });

  it('fails as lost and charged what is paid and can no longer be had', () => {
    const queue = queueWith('a');
    const attempt = accepted(queue, 'a');
    queue.attempts.complete(attempt.id, files('1.png'), SILENT, null, T0);
    queue.outputs.lost(queue.outputs.ofAttempt(attempt.id)[0]!.id);
    queue.attempts.settleOutputs(attempt.id, failure({ class: 'lost', charged: 'yes' }), T0);
    expect(job(queue, 'a')).toMatchObject({ state: 'failed', error: { class: 'lost', charged: 'yes' } });
    expect(money(queue)).toMatchObject({ charged: 8, refunded: 0 });
  });
});

describe('bookRefund', () => {
  function openRefund(): { queue: TestQueue; id: number } {
    const queue = queueWith('a');
    const attempt = accepted(queue, 'a');
    queue.attempts.charge(attempt.id, cr(8), T0);
    queue.attempts.fail(attempt.id, 'processing', failure(), SILENT, T0);
    return { queue, id: attempt.id };
  }

  it('waits for evidence, then books it and says that the job was not charged', () => {
    const { queue, id } = openRefund();
    expect(queue.attempts.openRefunds(queue.batch.id).map((open) => open.id)).toEqual([id]);
    expect(job(queue, 'a').error?.charged).toBe('unknown');
    queue.attempts.bookRefund(id, cr(8), 'a transaction that names the id', T0);
    expect(entries(queue, id)).toEqual(['reserve 8', 'release 8', 'charge 8', 'refund 8']);
    expect(job(queue, 'a').error).toMatchObject({ class: 'provider_fault', charged: 'no' });
    expect(queue.attempts.openRefunds(queue.batch.id)).toEqual([]);
    queue.ledger.assertClosed(queue.batch.id);
  });

  it('does not call a job free that got only a part back', () => {
    const { queue, id } = openRefund();
    queue.attempts.bookRefund(id, cr(3), 'a transaction that names the id', T0);
    expect(job(queue, 'a').error?.charged).toBe('yes');
    expect(money(queue)).toMatchObject({ charged: 8, refunded: 3 });
  });

  it('takes an amount of nothing as no evidence', () => {
    const { queue, id } = openRefund();
    queue.attempts.bookRefund(id, 0, 'nothing', T0);
    expect(job(queue, 'a').error?.charged).toBe('unknown');
    expect(queue.attempts.openRefunds(queue.batch.id)).toHaveLength(1);
  });

  it('leaves the word on a later attempt alone', () => {
    const { queue, id } = openRefund();
    queue.jobs.move(job(queue, 'a').seq, 'failed', 'queued');
    const second = accepted(queue, 'a');
    queue.attempts.fail(second.id, 'processing', failure(), SILENT, T0);
    queue.attempts.bookRefund(id, cr(8), 'late', T0);
    expect(job(queue, 'a').error?.charged).toBe('unknown');
  });
});
