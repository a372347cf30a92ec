import { describe, expect, it } from 'vitest';
import { InvariantError, Ledger } from '../../src/queue/ledger.ts';
import { accepted, cr, done, failure, intend, job, planned, SILENT, stage, T0, type TestQueue, tempQueue } from './support/temp-queue.ts';

/** One job done, one failed with an open refund, one in flight, one unknown, one queued. */
function busyQueue(): TestQueue {
  const queue = tempQueue();
  stage(queue, ...['done', 'failed', 'flying', 'unknown', 'queued'].map((id) => planned(id)));
  done(queue, 'done');
  queue.attempts.fail(accepted(queue, 'failed').id, 'processing', failure(), SILENT, T0);
  accepted(queue, 'flying');
  queue.attempts.lose(intend(queue, 'unknown').id, failure(), T0);
  return queue;
}

describe('the ledger', () => {
  it('is append-only: no entry is ever changed or deleted', () => {
    const queue = busyQueue();
    for (const sql of ['UPDATE ledger SET amount = 0', 'DELETE FROM ledger', "UPDATE ledger SET note = 'x' WHERE id = 1"]) {
      expect(() => queue.db.exec(sql), sql).toThrow('the ledger is append-only');
    }
    expect(() => queue.db.exec('DELETE FROM attempts')).toThrow('FOREIGN KEY constraint failed');
    expect(() => queue.db.exec('DELETE FROM batches')).toThrow('FOREIGN KEY constraint failed');
    queue.ledger.assertClosed(queue.batch.id);
  });

  it('keeps whole micros only, and no negative sum but a correction', () => {
    const queue = busyQueue();
    const write = (kind: 'reserve' | 'refund' | 'charge', amount: number): void =>
      queue.ledger.write({ batchId: queue.batch.id, attemptId: 1, provider: 'ulazai', kind, amount, note: '' }, T0);
    expect(() => write('charge', 0.5)).toThrow('cannot store REAL value in INTEGER column');
    expect(() => write('refund', -1)).toThrow('CHECK constraint failed');
    expect(() => write('reserve', -1)).toThrow('CHECK constraint failed');
    write('charge', -1);
  });

  it('tells the money of a batch by provider', () => {
    const queue = busyQueue();
    expect(queue.ledger.totals(queue.batch.id)).toEqual([
      { provider: 'ulazai', reserved: cr(8), unknown: cr(8), charged: cr(16), refunded: 0 },
    ]);
    expect(queue.ledger.committed(queue.batch.id, 'ulazai')).toBe(cr(32));
    expect(queue.ledger.committed(queue.batch.id, 'mayanio')).toBe(0);
    expect(queue.ledger.outstandingOf('ulazai')).toBe(cr(16));
    expect(queue.ledger.netOf('ulazai')).toBe(cr(16));
    expect(new Ledger(tempQueue().db).totals(1)).toEqual([]);
  });

  it('tells apart the batches of one account, since when and until when', () => {
    const queue = busyQueue();
    const autumn = { ...queue, batch: queue.batches.save({ name: 'autumn', manifest: 'm', outDir: 'o', budget: null }, T0) };
    stage(autumn, planned('x', { quote: cr(5) }));
    const attempt = accepted(autumn, 'x');
    queue.attempts.charge(attempt.id, cr(5), T0 + 10_000);
    queue.attempts.bookRefund(attempt.id, cr(2), 'a transaction', T0 + 20_000);
    expect(queue.ledger.netOf('ulazai')).toBe(cr(19));
    expect(queue.ledger.netOfOthers(queue.batch.id, 'ulazai', T0, null)).toBe(cr(3));
    expect(queue.ledger.netOfOthers(queue.batch.id, 'ulazai', T0 + 15_000, null)).toBe(cr(-2));
    expect(queue.ledger.netOfOthers(queue.batch.id, 'ulazai', T0, T0 + 15_000)).toBe(cr(5));
    expect(queue.ledger.netOfOthers(autumn.batch.id, 'ulazai', T0, null)).toBe(cr(16));
    expect(queue.ledger.totals(autumn.batch.id)).toEqual([
      { provider: 'ulazai', reserved: 0, unknown: 0, charged: cr(5), refunded: cr(2) },
    ]);
  });
});

describe('assertClosed', () => {
  it('passes a queue that nobody meddled with, at every step of a job', () => {
    const queue = tempQueue();
    stage(queue, planned('a'), planned('b', { quote: null }));
    const closed = (): void => queue.ledger.assertClosed(queue.batch.id);
    closed();
    const attempt = intend(queue, 'a');
    closed();
    queue.attempts.lose(attempt.id, failure(), T0);
    closed();
    queue.attempts.accept(attempt, { ids: ['r'], other: {} }, 'unknown', T0);
    closed();
    queue.attempts.charge(attempt.id, cr(7), T0);
    closed();
    queue.attempts.fail(attempt.id, 'processing', failure(), SILENT, T0);
    closed();
    queue.attempts.bookRefund(attempt.id, cr(7), 'evidence', T0);
    closed();
    done(queue, 'b');
    closed();
  });

  const APPEND_ONLY = 'DROP TRIGGER ledger_is_append_only_u; DROP TRIGGER ledger_is_append_only_d;';

  it.each([
    ['an entry was changed', `${APPEND_ONLY} UPDATE ledger SET amount = amount + 1 WHERE id = 1`, 'The sums of ulazai'],
    [
      'an entry was deleted',
      `${APPEND_ONLY} DELETE FROM ledger WHERE kind = 'charge' AND id = (SELECT max(id) FROM ledger WHERE kind = 'charge')`,
      'The sums of ulazai',
    ],
    ['every entry was deleted', `${APPEND_ONLY} DELETE FROM ledger`, 'The sums of ulazai'],
    ['a sum was changed', 'UPDATE money SET charged = charged - 1', 'The sums of ulazai'],
    ['the sums were deleted', 'DELETE FROM money', 'The sums of ulazai'],
    [
      'entries were written behind the sums',
      `DROP TRIGGER ledger_summed; INSERT INTO ledger SELECT 99, at, batch_id, attempt_id, 'mayanio', 'charge', 5, '' FROM ledger WHERE id = 1`,
      'The sums of mayanio',
    ],
    [
      'book and sums were changed alike',
      `INSERT INTO ledger SELECT 99, at, batch_id, attempt_id, provider, 'refund', 5, '' FROM ledger WHERE kind = 'charge' LIMIT 1`,
      'The money of done, attempt 1 differs',
    ],
    ['an attempt was made cheaper', `UPDATE attempts SET charged = 1 WHERE state = 'done'`, 'The money of done, attempt 1 differs'],
    [
      'a refund was written on an attempt',
      `UPDATE attempts SET refunded = 8 WHERE state = 'failed'`,
      'The money of failed, attempt 1 differs',
    ],
    ['a reservation was lost', `UPDATE attempts SET quote = 0 WHERE state = 'unknown'`, 'The money of unknown, attempt 1 differs'],
    [
      'an unknown attempt was ended without its money',
      `UPDATE attempts SET state = 'failed' WHERE state = 'unknown'; UPDATE jobs SET state = 'failed' WHERE state = 'unknown'`,
      'The money of unknown, attempt 1 differs',
    ],
    [
      'a job was put elsewhere than its attempt',
      `UPDATE attempts SET state = 'processing' WHERE state = 'unknown'`,
      'The job unknown is unknown and its attempt is processing',
    ],
    [
      'an id was given to another attempt',
      `UPDATE remote_ids SET attempt_id = 4 WHERE remote_id = 'remote-flying-1'`,
      'The id remote-flying-1 is bound to another attempt',
    ],
    [
      'an id was taken away',
      `DELETE FROM remote_ids WHERE remote_id = 'remote-flying-1'`,
      'The id remote-flying-1 is bound to another attempt',
    ],
  ])('finds it when %s', (_, sql, says) => {
    const queue = busyQueue();
    queue.ledger.assertClosed(queue.batch.id);
    queue.db.exec(sql);
    expect(() => queue.ledger.assertClosed(queue.batch.id)).toThrow(InvariantError);
    expect(() => queue.ledger.assertClosed(queue.batch.id)).toThrow(says);
    expect(() => queue.ledger.assertClosed(queue.batch.id)).toThrow(
      'Nothing more is submitted; run nightshift report and keep the queue file',
    );
  });

  it('looks at its own batch alone', () => {
    const queue = busyQueue();
    const autumn = queue.batches.save({ name: 'autumn', manifest: 'm', outDir: 'o', budget: null }, T0);
    queue.db.exec('UPDATE money SET charged = charged - 1');
    queue.ledger.assertClosed(autumn.id);
  });
});

describe('one remote id, one attempt', () => {
  it('is kept by the database too', () => {
    const queue = busyQueue();
    const twice = `INSERT INTO remote_ids VALUES ('ulazai', 'ulazai/image', 'remote-flying-1', 1)`;
    expect(() => queue.db.exec(twice)).toThrow('UNIQUE constraint failed');
    expect(job(queue, 'flying').state).toBe('processing');
  });
});
