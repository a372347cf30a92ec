import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openQueue } from '../../src/queue/open-queue.ts';
import { RandomWork, step } from './support/random-work.ts';
import { type TestQueue, tempQueue } from './support/temp-queue.ts';

const CAP = 25_000_000;
const ACCOUNT = 40_000_000;

/** Sums of the book's entries, made with BigInt from the entries alone. */
function bookSums(queue: TestQueue): Map<string, { outstanding: bigint; charged: bigint; refunded: bigint }> {
  const sums = new Map<string, { outstanding: bigint; charged: bigint; refunded: bigint }>();
  const rows = queue.db.prepare('SELECT provider, kind, amount FROM ledger').safeIntegers(true).all() as {
    provider: string;
    kind: string;
    amount: bigint;
  }[];
  for (const { provider, kind, amount } of rows) {
    const sum = sums.get(provider) ?? { outstanding: 0n, charged: 0n, refunded: 0n };
    sums.set(provider, sum);
    if (kind === 'reserve') sum.outstanding += amount;
    else if (kind === 'release') sum.outstanding -= amount;
    else if (kind === 'charge') sum.charged += amount;
    else sum.refunded += amount;
  }
  return sums;
}

function check(queue: TestQueue): void {
  const { db, ledger, batch, batches } = queue;
  // Counters against the jobs themselves.
  const counted = db
    .prepare(
      'SELECT provider, state, count(*) AS jobs, sum(coalesce(quote, 0)) AS quoted FROM jobs WHERE removed = 0 GROUP BY provider, state ORDER BY provider, state',
    )
    .all();
  const byName = (a: { provider: string; state: string }, b: { provider: string; state: string }): number =>
    `${a.provider} ${a.state}` < `${b.provider} ${b.state}` ? -1 : 1;
  expect([...batches.counts(batch.id)].sort(byName)).toEqual(counted);

  // Money against the book, and against cap and account.
  const totals = new Map(ledger.totals(batch.id).map((money) => [money.provider, money]));
  for (const [provider, book] of bookSums(queue)) {
    const money = totals.get(provider)!;
    expect({
      outstanding: BigInt(money.reserved + money.unknown),
      charged: BigInt(money.charged),
      refunded: BigInt(money.refunded),
    }).toEqual(book);
    expect(money.reserved).toBeGreaterThanOrEqual(0);
    const net = money.charged - money.refunded;
    expect(net + money.reserved + money.unknown).toBeLessThanOrEqual(CAP);
    expect(net + money.reserved + money.unknown).toBeLessThanOrEqual(ACCOUNT);
  }
  ledger.assertClosed(batch.id);

  // At most one attempt of a job is in flight, and it is the job's latest and in the job's state.
  expect(
    db
      .prepare(
        `SELECT j.id FROM attempts a JOIN jobs j ON j.seq = a.job_seq WHERE a.state IN ('submitting', 'processing', 'ready', 'unknown') AND (a.number <> j.attempt OR a.state <> j.state)`,
      )
      .all(),
  ).toEqual([]);
  expect(
    db
      .prepare(
        `SELECT seq FROM jobs j WHERE state IN ('submitting', 'processing', 'ready', 'unknown') AND (removed = 1 OR NOT EXISTS (SELECT 1 FROM attempts a WHERE a.job_seq = j.seq AND a.number = j.attempt AND a.state = j.state))`,
      )
      .all(),
  ).toEqual([]);
  // Jobs that the history could not tell apart are never without an id at the same time.
  expect(
    db
      .prepare(
        `SELECT twin_key FROM jobs WHERE twin_key IS NOT NULL AND state IN ('submitting', 'unknown') GROUP BY twin_key HAVING count(*) > 1`,
      )
      .all(),
  ).toEqual([]);
  // Done: every file has a hash.
  expect(
    db
      .prepare(
        `SELECT o.id FROM outputs o JOIN attempts a ON a.id = o.attempt_id WHERE a.state = 'done' AND (o.state <> 'saved' OR o.sha256 IS NULL)`,
      )
      .all(),
  ).toEqual([]);
}

describe('whatever happens to a queue', () => {
  it('counts, money and states agree after every step of 1,000 random schedules, and the cap is never passed', { timeout: 180_000 }, () => {
    const queue = tempQueue();
    const happened = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), (steps) => {
        queue.db.exec('BEGIN');
        try {
          const work = new RandomWork(queue, CAP, ACCOUNT);
          work.do({ do: 'manifest', jobs: Array.from({ length: 8 }, (_, n) => ({ n, version: 0, priority: 0 })) });
          for (const next of steps) {
            work.do(next);
            check(queue);
          }
          for (const [what, times] of work.happened) happened.set(what, (happened.get(what) ?? 0) + times);
        } finally {
          // Each schedule on the same empty queue: a file for each would be 1,000 files.
          queue.db.exec('ROLLBACK');
        }
      }),
      { numRuns: 1_000, seed: 20260105 },
    );
    // A schedule in which nothing happens proves nothing.
    const things = [
      'written',
      'budget',
      'twin',
      'accepted',
      'finished',
      'rejected',
      'requeued',
      'unknown',
      'found',
      'absent',
      'completed',
      'failed',
    ];
    for (const what of [...things, 'save', 'lost', 'vanished', 'evidence', 'crash', 'to queued', 'to canceled']) {
      expect(happened.get(what) ?? 0, `${what} happened`).toBeGreaterThan(20);
    }
  });

  it('is on disk as it was in memory: closed at any step and opened again, it goes on', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 30, maxLength: 80, size: 'max' }), (steps) => {
        const queue = tempQueue();
        const work = new RandomWork(queue, CAP, ACCOUNT);
        work.do({ do: 'manifest', jobs: Array.from({ length: 8 }, (_, n) => ({ n, version: 0, priority: 0 })) });
        for (const next of steps) work.do(next);
        const dump = (db: TestQueue['db']): unknown[] =>
          ['jobs', 'attempts', 'ledger', 'money', 'job_counts', 'outputs'].map((table) => db.prepare(`SELECT * FROM ${table}`).all());
        const before = dump(queue.db);
        queue.db.close();
        const again = openQueue(queue.file);
        expect(dump(again)).toEqual(before);
        expect(again.pragma('integrity_check', { simple: true })).toBe('ok');
        expect(again.pragma('foreign_key_check')).toEqual([]);
        again.close();
      }),
      { numRuns: 10, seed: 7 },
    );
  });
});

describe('money', () => {
  it('is exact: a hundred thousand random entries sum as BigInt does', () => {
    const queue = tempQueue();
    const insert = queue.db.prepare(
      `INSERT INTO ledger (at, batch_id, attempt_id, provider, kind, amount, note) VALUES (0, ?, 1, 'ulazai', ?, ?, '')`,
    );
    queue.db.pragma('foreign_keys = OFF');
    const numbers = fc.sample(fc.integer({ min: 0, max: 90_000_000_000 }), { numRuns: 100_000, seed: 12 });
    let charged = 0n;
    let refunded = 0n;
    queue.db.transaction(() => {
      for (const [index, amount] of numbers.entries()) {
        const kind = index % 3 === 0 ? 'refund' : 'charge';
        insert.run(queue.batch.id, kind, amount);
        if (kind === 'charge') charged += BigInt(amount);
        else refunded += BigInt(amount);
      }
    })();
    const [money] = queue.ledger.totals(queue.batch.id);
    expect({ charged: BigInt(money!.charged), refunded: BigInt(money!.refunded) }).toEqual({ charged, refunded });
    expect(charged).toBeLessThan(BigInt(Number.MAX_SAFE_INTEGER));
  });
});
