import { describe, expect, it } from 'vitest';
import type { Settlement } from '../../src/queue/settlement.ts';
import { accepted, cr, entries, failure, intend, job, planned, stage, T0, tempQueue } from './support/temp-queue.ts';

/** What the ledger holds after a failure, in order, for every way in which answers speak of money. */
const CASES: readonly (readonly [
  why: string,
  atCreate: number | null,
  said: Settlement,
  written: readonly string[],
  charged: 'yes' | 'no' | 'unknown',
])[] = [
  ['charged at create, refunded by sum (Sora)', 80, { charged: null, refunded: cr(80) }, ['release 80', 'charge 80', 'refund 80'], 'no'],
  ['charged at create, refunded in part', 80, { charged: null, refunded: cr(30) }, ['release 80', 'charge 80', 'refund 30'], 'yes'],
  [
    'charge only at status, refunded true (Video Studio)',
    null,
    { charged: cr(80), refunded: true },
    ['release 80', 'charge 80', 'refund 80'],
    'no',
  ],
  [
    'no figure at all, refunded true (Video Studio, as documented)',
    null,
    { charged: null, refunded: true },
    ['release 80', 'charge 80', 'refund 80'],
    'no',
  ],
  ['charged at create, refunded false', 80, { charged: null, refunded: false }, ['release 80', 'charge 80'], 'yes'],
  ['charged at create, nothing said of a refund (Kling)', 80, { charged: null, refunded: null }, ['release 80', 'charge 80'], 'unknown'],
  ['no figure, nothing said', null, { charged: null, refunded: null }, ['release 80', 'charge 80'], 'unknown'],
  ['no figure, refunded 0', null, { charged: null, refunded: 0 }, ['release 80', 'charge 80'], 'yes'],
  ['credits_used 0 after a charge', 80, { charged: 0, refunded: null }, ['release 80', 'charge 80', 'refund 80'], 'no'],
  ['credits_used 0 and a sum', 80, { charged: 0, refunded: cr(80) }, ['release 80', 'charge 80', 'refund 80'], 'no'],
  ['credits_used 0, never charged', null, { charged: 0, refunded: null }, ['release 80'], 'no'],
  ['a correction, then silence', 80, { charged: cr(70), refunded: null }, ['release 80', 'charge 80', 'charge -10'], 'unknown'],
  ['a correction, refunded by sum', 70, { charged: cr(80), refunded: cr(80) }, ['release 80', 'charge 70', 'charge 10', 'refund 80'], 'no'],
  ['a free start, then silence', 0, { charged: null, refunded: null }, ['release 80', 'charge 0'], 'no'],
];

describe('the entries of a failed job', () => {
  it.each(CASES)('%s', (_, atCreate, said, written, charged) => {
    const queue = tempQueue();
    stage(queue, planned('a', { quote: cr(80) }));
    const attempt = accepted(queue, 'a');
    if (atCreate !== null) queue.attempts.charge(attempt.id, cr(atCreate), T0);
    queue.attempts.fail(attempt.id, 'processing', failure(), said, T0 + 5_000);
    expect(entries(queue, attempt.id)).toEqual(['reserve 80', ...written]);
    expect(job(queue, 'a')).toMatchObject({ state: 'failed', completedAt: T0 + 5_000, error: { class: 'provider_fault', charged } });
    expect(queue.attempts.openRefunds(queue.batch.id)).toHaveLength(charged === 'unknown' ? 1 : 0);
    queue.ledger.assertClosed(queue.batch.id);
  });

  it('releases alone what failed in the same breath and was not charged', () => {
    const queue = tempQueue();
    stage(queue, planned('a'));
    const attempt = intend(queue, 'a');
    queue.attempts.fail(attempt.id, 'submitting', failure({ charged: 'no' }), { charged: null, refunded: null }, T0);
    expect(entries(queue, attempt.id)).toEqual(['reserve 8', 'release 8']);
    expect(job(queue, 'a').error?.charged).toBe('no');
  });

  it('does not book twice what evidence showed before the answer said it', () => {
    const queue = tempQueue();
    stage(queue, planned('a', { quote: cr(80) }));
    const attempt = accepted(queue, 'a');
    queue.attempts.charge(attempt.id, cr(80), T0);
    queue.attempts.bookRefund(attempt.id, cr(80), 'a transaction that names the id', T0);
    queue.attempts.fail(attempt.id, 'processing', failure(), { charged: null, refunded: cr(80) }, T0);
    expect(entries(queue, attempt.id)).toEqual(['reserve 80', 'release 80', 'charge 80', 'refund 80']);
    expect(job(queue, 'a').error?.charged).toBe('no');
  });

  it('says on each entry where the figure comes from', () => {
    const queue = tempQueue();
    stage(queue, planned('a', { quote: cr(80) }));
    const attempt = accepted(queue, 'a');
    queue.attempts.fail(attempt.id, 'processing', failure(), { charged: null, refunded: true }, T0);
    expect(queue.db.prepare('SELECT kind, note FROM ledger ORDER BY id').all()).toEqual([
      { kind: 'reserve', note: 'intent' },
      { kind: 'release', note: 'settled' },
      { kind: 'charge', note: 'the quote: the answers name no charge' },
      { kind: 'refund', note: 'the answer' },
    ]);
  });
});
