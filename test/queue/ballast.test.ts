import { existsSync, statSync, truncateSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AttemptStore } from '../../src/queue/attempt-store.ts';
import { Ballast } from '../../src/queue/ballast.ts';
import type { QueueDb } from '../../src/queue/open-queue.ts';
import { QueueFullError } from '../../src/queue/queue-faults.ts';
import { failure, files, handle, intend, planned, SILENT, stage, T0, type TestQueue, tempQueue } from './support/temp-queue.ts';

const MB = 1024 * 1024;

function lay(queue: TestQueue): Ballast {
  const ballast = Ballast.lay(queue.db);
  onTestFinished(() => ballast.remove());
  return ballast;
}

/** From now on the file may not grow, which SQLite calls full, until the ballast is gone. */
function fullUntilReleased(queue: TestQueue): AttemptStore {
  const ballast = lay(queue);
  queue.db.pragma(`max_page_count = ${queue.db.pragma('page_count', { simple: true })}`);
  const keep = <T>(commit: () => T): T =>
    ballast.keep(() => {
      if (!existsSync(`${queue.file}.ballast`)) queue.db.pragma('max_page_count = 1000000');
      return commit();
    });
  return new AttemptStore(queue.db, undefined, { keep });
}

/** Ids so long that storing them needs new pages. */
const LONG = handle(...Array.from({ length: 20 }, (_, n) => `${n}-${'x'.repeat(2_000)}`));

const stateOf = (db: QueueDb): unknown => db.prepare('SELECT state FROM attempts').pluck().get();

describe('the ballast', () => {
  it('lies beside the queue, two megabytes that its owner alone can read, and is gone with the runner', () => {
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    const queue = tempQueue();
    const ballast = lay(queue);
    const { size, mode } = statSync(`${queue.file}.ballast`);
    expect(size).toBe(2 * MB);
    expect(mode & 0o777).toBe(0o600);
    ballast.remove();
    expect(existsSync(`${queue.file}.ballast`)).toBe(false);
  });

  it('that a killed runner left is taken over, and made anew when it is not whole', () => {
    const queue = tempQueue();
    Ballast.lay(queue.db);
    const { ino } = statSync(`${queue.file}.ballast`);
    Ballast.lay(queue.db);
    expect(statSync(`${queue.file}.ballast`).ino).toBe(ino);
    truncateSync(`${queue.file}.ballast`, MB);
    lay(queue);
    expect(statSync(`${queue.file}.ballast`).size).toBe(2 * MB);
  });
});

describe('an answer that finds no room', () => {
  it('is stored all the same: the ballast is given up for it, and that is told once', () => {
    const queue = tempQueue();
    stage(queue, planned('a'), planned('b'));
    const [a, b] = [intend(queue, 'a'), intend(queue, 'b')];
    const attempts = fullUntilReleased(queue);
    attempts.accept(a, LONG, 'submitting', T0);
    expect(existsSync(`${queue.file}.ballast`)).toBe(false);
    expect(queue.attempts.byId(a.id)).toMatchObject({ state: 'processing', remoteId: LONG.ids[0] });
    attempts.accept(b, handle('b'), 'submitting', T0);
    expect(queue.db.prepare('SELECT count(*) FROM remote_ids').pluck().get()).toBe(21);
    queue.ledger.assertClosed(queue.batch.id);
  });

  it.each([
    [
      'finish',
      (store: AttemptStore, attempt: ReturnType<typeof intend>) => store.finish(attempt, LONG, 'submitting', files('a'), SILENT, null, T0),
    ],
    [
      'lose',
      (store: AttemptStore, attempt: ReturnType<typeof intend>) => store.lose(attempt.id, failure({ message: 'x'.repeat(50_000) }), T0),
    ],
    [
      'refuse',
      (store: AttemptStore, attempt: ReturnType<typeof intend>) =>
        store.refuse(attempt.id, failure({ message: 'x'.repeat(50_000) }), 'requeue', T0),
    ],
    [
      'fail',
      (store: AttemptStore, attempt: ReturnType<typeof intend>) =>
        store.fail(attempt.id, 'submitting', failure({ message: 'x'.repeat(50_000) }), SILENT, T0),
    ],
  ])('%s: whole or not at all', (_, settle) => {
    const queue = tempQueue();
    stage(queue, planned('a'));
    const attempt = intend(queue, 'a');
    settle(fullUntilReleased(queue), attempt);
    expect(existsSync(`${queue.file}.ballast`)).toBe(false);
    expect(stateOf(queue.db)).not.toBe('submitting');
    expect(queue.db.pragma('integrity_check', { simple: true })).toBe('ok');
    queue.ledger.assertClosed(queue.batch.id);
  });

  it('fails without the ballast, and leaves the attempt as it was', () => {
    const queue = tempQueue();
    stage(queue, planned('a'));
    const attempt = intend(queue, 'a');
    queue.db.pragma(`max_page_count = ${queue.db.pragma('page_count', { simple: true })}`);
    expect(() => queue.attempts.accept(attempt, LONG, 'submitting', T0)).toThrow('database or disk is full');
    expect(stateOf(queue.db)).toBe('submitting');
    expect(queue.db.inTransaction).toBe(false);
  });

  it('tells who listens why, before anything else can be submitted, also when there is no room even then', () => {
    const queue = tempQueue();
    const ballast = lay(queue);
    const told: unknown[] = [];
    ballast.onSpent((error) => told.push(error));
    const full = (): void => {
      throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    };
    expect(() => ballast.keep(full)).toThrow('database or disk is full');
    expect(() => ballast.keep(full)).toThrow('database or disk is full');
    expect(told).toHaveLength(1);
    expect(told[0]).toBeInstanceOf(QueueFullError);
    expect(String(told[0])).toContain(`The disk that holds ${queue.file} is full. Nothing more is submitted. Free at least 8 MB there`);
  });

  it('is no matter of the ballast when it fails for another reason', () => {
    const ballast = lay(tempQueue());
    let tries = 0;
    const broken = (): void => {
      tries += 1;
      throw new Error('broken');
    };
    expect(() => ballast.keep(broken)).toThrow('broken');
    expect(tries).toBe(1);
  });
});
