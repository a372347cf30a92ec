import { expect, it } from 'vitest';
import { AttemptStore } from '../../src/queue/attempt-store.ts';
import { failure, files, intend, planned, stage, T0, tempQueue } from './support/temp-queue.ts';

const SECRET = 'cnry7Qx2';

it('every way for an error to be stored takes what is secret out of its words', () => {
  const queue = tempQueue();
  const attempts = new AttemptStore(queue.db, (text) => text.replaceAll(SECRET, '[secret]'));
  stage(queue, ...['lost', 'failed', 'rejected', 'requeued', 'short', 'gone'].map((id) => planned(id)));
  const telling = failure({ message: `Invalid key ${SECRET}...` });
  const handle = { ids: ['r1'], other: {} };
  const none = { charged: null, refunded: null };
  attempts.lose(intend(queue, 'lost').id, telling, T0);
  attempts.refuse(intend(queue, 'rejected').id, telling, 'reject', T0);
  attempts.refuse(intend(queue, 'requeued').id, telling, 'requeue', T0);
  attempts.fail(intend(queue, 'failed').id, 'submitting', telling, none, T0);
  attempts.finish(intend(queue, 'short'), handle, 'submitting', files('1'), none, `1 of 2: ${SECRET}`, T0);
  const gone = intend(queue, 'gone');
  attempts.finish(gone, { ...handle, ids: ['r2'] }, 'submitting', files('1'), none, null, T0);
  attempts.settleOutputs(gone.id, telling, T0);

  const stored = queue.db.prepare('SELECT id, error, warning FROM jobs ORDER BY id').all() as { error: string; warning: string }[];
  const tried = queue.db.prepare('SELECT error FROM attempts').all() as { error: string }[];
  expect(JSON.stringify([stored, tried])).not.toContain(SECRET);
  expect(JSON.stringify([stored, tried]).split('Invalid key [secret]...')).toHaveLength(1 + 5 + 5);
  expect(stored.at(-1)?.warning).toBe('1 of 2: [secret]');
});
