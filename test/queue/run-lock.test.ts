import { openSync, readSync, statSync, symlinkSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openQueue } from '../../src/queue/open-queue.ts';
import { QueueFileError } from '../../src/queue/queue-faults.ts';
import { currentRunner, RunnerBusyError, takeRunLock } from '../../src/queue/run-lock.ts';
import { type CompiledQueue, compileQueue, ended, message } from './support/compiled-queue.ts';
import { planned, stage, T0, tempFolder, tempQueue } from './support/temp-queue.ts';

/** Takes the place, says what came of it, and holds on until it is told to go. */
const RUNNER = `
  import { openQueue } from './src/queue/open-queue.js';
  import { takeRunLock } from './src/queue/run-lock.js';
  const [file, batch] = process.argv.slice(2);
  process.send({ up: true });
  process.once('message', () => {
    try {
      const release = takeRunLock(openQueue(file), batch, Date.now());
      process.once('message', () => { release(); process.exit(0); });
      process.send({ won: true, pid: process.pid });
    } catch (error) {
      process.send({ won: false, name: error.name, holder: error.holder, text: error.message }, () => process.exit(0));
    }
  });
`;

let compiled: CompiledQueue;
beforeAll(() => {
  compiled = compileQueue();
});
afterAll(() => compiled.remove());

async function runner(file: string, batch: string) {
  const child = compiled.start(RUNNER, file, batch);
  onTestFinished(() => void child.kill('SIGKILL'));
  await message(child);
  return child;
}

describe('the place of the one runner', () => {
  it('is refused to a second one, with the holder named', () => {
    const queue = tempQueue();
    const release = takeRunLock(queue.db, 'spring', T0);
    onTestFinished(release);
    const other = openQueue(queue.file);
    onTestFinished(() => void other.close());
    const refused = (): unknown => takeRunLock(other, 'autumn', T0 + 1);
    expect(refused).toThrow(RunnerBusyError);
    expect(refused).toThrow(`process ${process.pid} on ${hostname()}, batch spring, since 2026-01-05T22:00:00.000Z`);
    expect(refused).toThrow('wait for it, or stop it');
  });

  it('is free again after the release, which may be called twice', () => {
    const queue = tempQueue();
    const first = takeRunLock(queue.db, 'spring', T0);
    first();
    expect(currentRunner(queue.db)).toBeNull();
    const second = takeRunLock(queue.db, 'autumn', T0);
    first();
    expect(currentRunner(queue.db)).toMatchObject({ batch: 'autumn', pid: process.pid, host: hostname(), startedAt: T0 });
    second();
  });

  it('is released though the queue was closed before', () => {
    const queue = tempQueue();
    const release = takeRunLock(queue.db, 'spring', T0);
    queue.db.close();
    release();
    const again = openQueue(queue.file);
    onTestFinished(() => void again.close());
    const second = takeRunLock(again, 'autumn', T0);
    expect(currentRunner(again)).toMatchObject({ batch: 'autumn' });
    second();
  });

  it('is one place however the file is named', () => {
    const queue = tempQueue();
    onTestFinished(takeRunLock(queue.db, 'spring', T0));
    const link = join(tempFolder(), 'link.db');
    symlinkSync(queue.file, link);
    const other = openQueue(link);
    onTestFinished(() => void other.close());
    expect(() => takeRunLock(other, 'autumn', T0)).toThrow(RunnerBusyError);
  });

  it('is not left taken when the holder cannot be written down', () => {
    const queue = tempQueue();
    const writer = openQueue(queue.file);
    onTestFinished(() => void writer.close());
    writer.exec('BEGIN IMMEDIATE');
    expect(() => takeRunLock(queue.db, 'spring', T0)).toThrow('database is locked');
    writer.exec('ROLLBACK');
    takeRunLock(queue.db, 'spring', T0)();
  });

  it('keeps its file from other users', () => {
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    const queue = tempQueue();
    takeRunLock(queue.db, 'spring', T0)();
    expect(statSync(`${queue.file}.lock`).mode & 0o777).toBe(0o600);
  });

  it('is freed at once by a process that is killed, which leaves its name for the next', async () => {
    const { file, db } = tempQueue();
    const child = await runner(file, 'night');
    child.send('go');
    const { pid } = await message(child);
    expect(() => takeRunLock(db, 'spring', T0)).toThrow(`process ${pid} on ${hostname()}, batch night`);
    child.kill('SIGKILL');
    await ended(child);
    expect(currentRunner(db)).toMatchObject({ pid });
    const release = takeRunLock(db, 'spring', T0);
    expect(currentRunner(db)).toMatchObject({ pid: process.pid });
    release();
  });

  it('goes to exactly one of many that start at the same moment on a file that does not exist, and the others name it', async () => {
    for (let round = 0; round < 3; round++) {
      const file = join(tempFolder(), 'deep', 'queue.db');
      const children = await Promise.all(Array.from({ length: 8 }, () => runner(file, 'night')));
      const answers = await Promise.all(
        children.map((child) => {
          child.send('go');
          return message(child);
        }),
      );
      const winners = answers.filter((answer) => answer.won === true);
      expect(winners, JSON.stringify(answers)).toHaveLength(1);
      for (const lost of answers.filter((answer) => answer.won !== true)) {
        expect(lost, String(lost.text)).toMatchObject({ name: 'RunnerBusyError', holder: { pid: winners[0]!.pid, batch: 'night' } });
      }
      children[answers.findIndex((answer) => answer.won === true)]!.send('leave');
      await Promise.all(children.map(ended));
    }
  });

  it('is not given on a queue that a crash left damaged', () => {
    const queue = tempQueue();
    stage(queue, ...Array.from({ length: 2_000 }, (_, n) => planned(`job-${n}`)));
    queue.db.prepare(`INSERT INTO runner VALUES (1, 999999, 'elsewhere', 'spring', ?)`).run(T0);
    queue.db.pragma('wal_checkpoint(TRUNCATE)');
    queue.db.close();
    scramble(queue.file);
    const db = openQueue(queue.file);
    onTestFinished(() => void db.close());
    expect(() => takeRunLock(db, 'spring', T0)).toThrow(QueueFileError);
    expect(() => takeRunLock(db, 'spring', T0)).toThrow('is damaged');
  });
});

/** Swaps the bytes of pages in the middle of the file, where the jobs lie. */
function scramble(file: string): void {
  const fd = openSync(file, 'r+');
  const { size } = statSync(file);
  for (const at of [0.3, 0.5, 0.7].map((part) => Math.floor((size * part) / 4096) * 4096)) {
    const page = Buffer.alloc(4096);
    readSync(fd, page, 0, 4096, at);
    writeSync(fd, page.reverse(), 0, 4096, at);
  }
}
