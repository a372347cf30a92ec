import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { AttemptStore } from '../../src/queue/attempt-store.ts';
import { BatchStore } from '../../src/queue/batch-store.ts';
import { IntentStore } from '../../src/queue/intent-store.ts';
import { JobStore } from '../../src/queue/job-store.ts';
import { Ledger } from '../../src/queue/ledger.ts';
import { LimitMemory } from '../../src/queue/limit-memory.ts';
import type { QueueDb } from '../../src/queue/open-queue.ts';
import { OutputStore } from '../../src/queue/output-store.ts';
import { triggerStatements, whySlow } from '../support/query-plans.ts';
import { accepted, cr, done, failure, intend, job, planned, stage, T0, type TestQueue, tempQueue } from './support/temp-queue.ts';

let queue: TestQueue;
let watched: QueueDb;
let statements: string[];

beforeEach(() => {
  queue = tempQueue();
  const twin = { twinKey: 'twins' };
  stage(
    queue,
    ...['done', 'flying', 'unknown'].map((id) => planned(id)),
    planned('t1', twin),
    planned('t2', twin),
    ...Array.from({ length: 50 }, (_, n) => planned(`job-${n}`)),
  );
  done(queue, 'done');
  accepted(queue, 'flying');
  queue.attempts.lose(intend(queue, 'unknown').id, failure(), T0);
  statements = [];
  watched = new Database(queue.file, { verbose: (sql) => void statements.push(String(sql)) });
  watched.pragma('foreign_keys = ON');
  onTestFinished(() => void watched.close());
});

/** How SQLite goes about every statement that the work sends, as it sends it. */
function plans(work: () => unknown): readonly string[] {
  statements.length = 0;
  work();
  const sent = statements.filter(
    (sql) => /^\s*(SELECT|WITH|UPDATE|INSERT|DELETE)/i.test(sql) && !/^\s*INSERT INTO \w+ VALUES \(NEW/.test(sql),
  );
  expect(sent.length).toBeGreaterThan(0);
  return sent.flatMap((sql) =>
    queue.db
      .prepare(`EXPLAIN QUERY PLAN ${sql.replace(/^\s*--.*$/gm, '')}`)
      .all()
      .map((row) => (row as { detail: string }).detail),
  );
}

/** A walk over a table that grows with the batch, or a sort of what an index could have given in order. */
function slow(details: readonly string[]): readonly string[] {
  return details.filter(
    (detail) =>
      /^SCAN (jobs|j|t|attempts|a|outputs|o|ledger|l|request_log|latencies|remote_ids|r)\b/.test(detail) || detail.includes('TEMP B-TREE'),
  );
}

describe('the watch over every statement of every test', () => {
  it('refuses a walk over a table that grows, a sort of its rows, and neither of a short one', () => {
    expect(whySlow(queue.db, 'SELECT * FROM jobs WHERE model = ?')).toMatch(/SCAN jobs.*give it an index.*SELECT \* FROM jobs/s);
    expect(whySlow(queue.db, 'UPDATE outputs SET refreshes = 0 WHERE kind = ?')).toContain('SCAN outputs');
    expect(whySlow(queue.db, 'SELECT id FROM jobs WHERE batch_id = ? AND state = ? ORDER BY created_at')).toContain('TEMP B-TREE');
    expect(whySlow(queue.db, 'SELECT at FROM ledger l WHERE l.provider = $p AND l.at > ?')).toBeNull();
    expect(whySlow(queue.db, 'SELECT * FROM batches ORDER BY created_at')).toBeNull();
    expect(whySlow(queue.db, 'SELECT max(seq) FROM jobs')).toBeNull();
  });

  it('watches this process', async () => {
    // A file of the program's own would be refused for it; this one is a test.
    expect(() => queue.db.prepare('SELECT * FROM jobs WHERE model = ?')).not.toThrow();
    const { preparedByTheProgram } = await import('../support/src/prepared-by-the-program.ts');
    expect(() => preparedByTheProgram(queue.db, 'SELECT * FROM jobs WHERE model = ? AND copy = 1')).toThrow('SCAN jobs');
  });

  it('has nothing against any trigger', () => {
    const statements = triggerStatements(queue.db);
    expect(statements.length).toBeGreaterThan(8);
    expect(statements.flatMap((statement) => whySlow(queue.db, statement) ?? [])).toEqual([]);
  });
});

describe('every hot query finds its rows by an index', () => {
  it('the next queued job', () => {
    const details = plans(() =>
      new JobStore(watched).nextQueued(queue.batch.id, 'ulazai/image||||', 1, cr(8), { seqs: [9], twinKeys: ['x'] }),
    );
    expect(slow(details)).toEqual([]);
    expect(details.join('\n')).toContain('USING INDEX jobs_queued (batch_id=? AND lane=?)');
    expect(details.join('\n')).toMatch(/SEARCH t USING (COVERING )?INDEX jobs_twins \(twin_key=\?\)/);
  });

  it('lanes with queued jobs: from the counts, never from the queue', () => {
    expect(plans(() => new JobStore(watched).lanes(queue.batch.id, 'queued'))).toEqual([
      'SEARCH job_counts USING PRIMARY KEY (batch_id=? AND state=? AND held=?)',
    ]);
  });

  it('jobs in a state', () => {
    const details = plans(() => new JobStore(watched).inState(queue.batch.id, 'processing', 3));
    expect(details).toEqual([expect.stringContaining('USING INDEX jobs_by_state (batch_id=? AND state=? AND seq>?)')]);
  });

  it('counts by state, and jobs without a price', () => {
    const batches = new BatchStore(watched);
    // A row for each state and lane: few, whatever the batch holds.
    expect(plans(() => batches.counts(queue.batch.id))).toContain('SEARCH job_counts USING PRIMARY KEY (batch_id=?)');
    expect(plans(() => batches.unpriced(queue.batch.id))).toEqual([expect.stringContaining('INDEX jobs_unpriced (batch_id=?)')]);
    expect(
      slow(plans(() => batches.latestUnfinished()).filter((detail) => !detail.startsWith('SCAN b') && !detail.includes('ORDER BY'))),
    ).toEqual([]);
  });

  it('an intent: twins, cap, balance, reservation', () => {
    const twin = job(queue, 't1');
    const details = plans(() =>
      new IntentStore(watched).intend(twin, twin.params, { text: '', sha256: '' }, { cap: cr(999), balance: cr(999) }, T0),
    );
    expect(slow(details)).toEqual([]);
    expect(details.join('\n')).toMatch(/INDEX jobs_twins \(twin_key=\?\)/);
    expect(job(queue, 't1').state).toBe('submitting');
  });

  it('what becomes of an attempt', () => {
    const attempts = new AttemptStore(watched);
    const attempt = intend(queue, 'job-1');
    const details = plans(() => {
      attempts.accept(attempt, { ids: ['r1'], other: {} }, 'submitting', T0);
      attempts.charge(attempt.id, cr(8), T0);
      attempts.complete(attempt.id, [], { charged: cr(8), refunded: cr(1) }, null, T0);
      attempts.settleOutputs(attempt.id, null, T0);
      attempts.bookRefund(attempt.id, cr(1), 'evidence', T0);
    });
    expect(slow(details)).toEqual([]);
  });

  it('attempts by job, by remote id, unknown, orphaned, with an open refund', () => {
    const attempts = new AttemptStore(watched);
    const details = plans(() => {
      attempts.latest(1);
      attempts.ownerOf('ulazai', 'ulazai/image', 'x');
      attempts.openRefunds(queue.batch.id);
      attempts.orphansToUnknown(T0);
    });
    expect(slow(details).filter((detail) => !detail.includes('attempts_submitting'))).toEqual([]);
    // Few rows are sorted by time here, all of them unknown.
    expect(plans(() => attempts.unknown(queue.batch.id))).toContainEqual(expect.stringContaining('INDEX attempts_unknown (batch_id=?)'));
  });

  it('the money of a batch and of an account', () => {
    const ledger = new Ledger(watched);
    const details = plans(() => {
      ledger.totals(queue.batch.id);
      ledger.outstanding(1);
      ledger.committed(queue.batch.id, 'ulazai');
      ledger.netOfOthers(queue.batch.id, 'ulazai', T0, T0 + 1);
    });
    expect(slow(details)).toEqual([]);
  });

  it('pages of results and of files: each begins where the last ended', () => {
    const jobs = plans(() => [...new JobStore(watched).withResults(queue.batch.id)]);
    expect(slow(jobs)).toEqual([]);
    const outputs = plans(() => [...new OutputStore(watched).ofDoneJobs(queue.batch.id)]);
    expect(slow(outputs)).toEqual([]);
    expect(outputs.join('\n')).toContain('INDEX jobs_by_state (batch_id=? AND state=? AND seq>?)');
    expect(slow(plans(() => new OutputStore(watched).ofAttempt(1)))).toEqual([]);
    const toFetch = plans(() => [[...new OutputStore(watched).toFetch(queue.batch.id, T0)], new OutputStore(watched).expiryOf(1)]);
    expect(slow(toFetch)).toEqual([]);
    expect(toFetch.join('\n')).toMatch(/SEARCH o USING INDEX outputs_expiring/);
    expect(toFetch.join('\n')).toMatch(/SEARCH a USING (COVERING )?INDEX attempts_ready \(batch_id=\? AND/);
  });

  it('the memory of limits', () => {
    const limits = new LimitMemory(watched);
    const details = plans(() => {
      limits.requests('ulazai', 'requests', T0);
      limits.recordRequest('ulazai', 'requests', T0, T0 - 1);
      limits.latencies('f', 'b');
      limits.latenciesLike('f', 'other|');
      limits.recordLatency('f', 'b', { fromMs: 1, toMs: 2 }, T0);
    });
    expect(slow(details)).toEqual([]);
  });
});
