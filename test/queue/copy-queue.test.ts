import { existsSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { copyQueue, restoredFrom } from '../../src/queue/copy-queue.ts';
import { openQueue, openQueueForReading, type QueueDb } from '../../src/queue/open-queue.ts';
import { QueueFileError } from '../../src/queue/queue-faults.ts';
import { RunStore } from '../../src/queue/run-store.ts';
import { done, planned, stage, T0, type TestQueue, tempFolder, tempQueue } from './support/temp-queue.ts';

function reader(queue: TestQueue): QueueDb {
  const db = openQueueForReading(queue.file)!;
  onTestFinished(() => void db.close());
  return db;
}

function opened(file: string): QueueDb {
  const db = openQueue(file);
  onTestFinished(() => void db.close());
  return db;
}

const jobs = (db: Database.Database): unknown => db.prepare('SELECT id, state FROM jobs ORDER BY seq').all();

describe('a copy of a queue', () => {
  it('holds everything that is committed, though none of it has left the log', async () => {
    const queue = tempQueue();
    stage(queue, ...Array.from({ length: 500 }, (_, n) => planned(`job-${n}`)));
    for (let n = 0; n < 20; n++) done(queue, `job-${n}`);
    expect(statSync(`${queue.file}-wal`).size).toBeGreaterThan(100_000);
    const target = join(tempFolder(), 'copy.db');
    const { bytes } = await copyQueue(reader(queue), target, T0);
    expect(bytes).toBe(statSync(target).size);
    const copy = opened(target);
    expect(jobs(copy)).toEqual(jobs(queue.db));
    for (const table of ['attempts', 'ledger', 'outputs', 'remote_ids', 'money'])
      expect(copy.prepare(`SELECT * FROM ${table}`).all(), table).toEqual(queue.db.prepare(`SELECT * FROM ${table}`).all());
  });

  it('is one file that needs nothing beside it, and its owner alone can read it', async () => {
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    const queue = tempQueue();
    const target = join(tempFolder(), 'copy.db');
    await copyQueue(reader(queue), target, T0);
    expect(readdirSync(dirname(target))).toEqual([basename(target)]);
    expect(statSync(target).mode & 0o777).toBe(0o600);
    const copy = new Database(target, { readonly: true });
    expect(copy.pragma('journal_mode', { simple: true })).toBe('delete');
    copy.close();
  });

  it('is of one moment, though a runner commits all the while, and holds it up at no commit', async () => {
    const queue = tempQueue();
    stage(queue, ...Array.from({ length: 30_000 }, (_, n) => planned(`job-${n}`, { priority: 0 })));
    const target = join(tempFolder(), 'copy.db');
    const copying = copyQueue(reader(queue), target, T0);
    let ended = false;
    let commits = 0;
    void copying.then(() => {
      ended = true;
    });
    // Between two pieces of the copy, as another process would at any moment.
    while (!ended) {
      queue.db.prepare('UPDATE jobs SET priority = ? WHERE seq <= 3').run(++commits);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(commits).toBeGreaterThan(3);
    const copy = opened(target);
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(copy.prepare('SELECT count(*) FROM jobs').pluck().get()).toBe(30_000);
    expect(copy.prepare('SELECT count(DISTINCT priority) FROM jobs WHERE seq <= 3').pluck().get()).toBe(1);
  });

  it('of a damaged queue is refused, and nothing is left of it', async () => {
    const queue = tempQueue();
    stage(queue, ...Array.from({ length: 2_000 }, (_, n) => planned(`job-${n}`)));
    queue.db.pragma('wal_checkpoint(TRUNCATE)');
    queue.db.close();
    const fd = openSync(queue.file, 'r+');
    for (const part of [0.3, 0.5, 0.7])
      writeSync(fd, Buffer.alloc(4096, 0x5a), 0, 4096, Math.floor((statSync(queue.file).size * part) / 4096) * 4096);
    const target = join(tempFolder(), 'copy.db');
    const copying = copyQueue(reader(queue), target, T0);
    await expect(copying).rejects.toBeInstanceOf(QueueFileError);
    await expect(copying).rejects.toThrow(`The queue file ${queue.file} is damaged`);
    expect(readdirSync(dirname(target))).toEqual([]);
  });

  it('says so when it is put in the place of the queue, until it was run', async () => {
    const queue = tempQueue();
    new RunStore(queue.db).begin(queue.batch.id, T0 - 5_000);
    expect(restoredFrom(queue.db)).toBeNull();
    const target = join(tempFolder(), 'copy.db');
    await copyQueue(reader(queue), target, T0);
    const copy = opened(target);
    expect(restoredFrom(copy)).toBe(T0);
    const again = join(tempFolder(), 'again.db');
    await copyQueue(copy, again, T0 + 1_000);
    expect(restoredFrom(opened(again))).toBe(T0 + 1_000);
    new RunStore(copy).begin(queue.batch.id, T0 + 2_000);
    expect(restoredFrom(copy)).toBeNull();
  });
});

it('copying the file alone loses what is in the log: what the backup is for', () => {
  const queue = tempQueue();
  queue.db.pragma('wal_checkpoint(TRUNCATE)');
  stage(queue, planned('a'));
  const target = join(tempFolder(), 'plain.db');
  const fd = openSync(target, 'w');
  writeSync(fd, readFileSync(queue.file));
  const copy = new Database(target);
  onTestFinished(() => void copy.close());
  expect(existsSync(target)).toBe(true);
  expect(jobs(copy)).toEqual([]);
});
