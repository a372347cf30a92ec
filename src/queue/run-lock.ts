import { realpathSync } from 'node:fs';
import { hostname } from 'node:os';
import Database from 'better-sqlite3';
import { assertSound } from './assert-sound.ts';
import { isTrusted } from './clean-end.ts';
import { createPrivately, type QueueDb } from './open-queue.ts';
import { isBusy, isDamaged, isFailedWrite, isFull, QueueFullError } from './queue-faults.ts';

/** Who works a queue file now. */
export interface Runner {
  readonly pid: number;
  readonly host: string;
  readonly batch: string;
  readonly startedAt: number;
}

/** Another runner holds the queue file. */
export class RunnerBusyError extends Error {
  override readonly name = 'RunnerBusyError';
  readonly holder: Runner | null;
  constructor(file: string, holder: Runner | null) {
    const who = holder
      ? `process ${holder.pid} on ${holder.host}, batch ${holder.batch}, since ${new Date(holder.startedAt).toISOString()}`
      : 'another nightshift';
    super(`The queue ${file} is being worked by ${who}. One runner at a time: wait for it, or stop it`);
    this.holder = holder;
  }
}

/** How long a refused runner waits for the winner of the same moment to write its name. */
const NAMING_MS = 500;

/**
 * Takes the one runner's place of a queue file, or throws a RunnerBusyError at once. The place is an exclusive SQLite lock on a tiny file
 * beside the queue: the kernel frees it the moment the process ends, however it ends; no pid file goes stale. Returns the release; keep it,
 * since a lock that nobody can reach is collected and freed. The queue is checked first, thoroughly after a runner that did not end cleanly; only
 * a very large one that nobody wrote since a clean end is not. A QueueFileError says that it is damaged.
 */
export function takeRunLock(db: QueueDb, batch: string, now: number): () => void {
  const lock = lockOrName(db);
  try {
    const unclean = currentRunner(db) !== null;
    if (unclean || !isTrusted(realpathSync(db.name))) assertSound(db, unclean);
    db.prepare('INSERT OR REPLACE INTO runner (id, pid, host, batch, started_at) VALUES (1, ?, ?, ?, ?)').run(
      process.pid,
      hostname(),
      batch,
      now,
    );
  } catch (error) {
    lock.close();
    throw isFull(error, db.name) ? new QueueFullError(db.name, error) : error;
  }
  return () => {
    if (!lock.open) return;
    try {
      if (db.open) db.prepare('DELETE FROM runner WHERE pid = ?').run(process.pid);
    } catch (error) {
      // The name stays, and the next start checks the file: whatever kept it from being taken back is told by what failed before.
      if (!isFailedWrite(error) && !isDamaged(error)) throw error;
    } finally {
      lock.close();
    }
  };
}

/**
 * Takes the place for a few bookings, within one turn of the event loop: without a name and without the check, since nothing is submitted.
 * A runner that starts meanwhile waits for it. Null when somebody works the queue. Returns the release.
 */
export function takeForBooking(db: QueueDb): (() => void) | null {
  const lock = tryLock(db);
  return lock === null ? null : () => void lock.close();
}

/** Names the batch once the manifest has told it. */
export function nameRunner(db: QueueDb, batch: string): void {
  db.prepare('UPDATE runner SET batch = ? WHERE pid = ?').run(batch, process.pid);
}

/** Who said last that it works this queue; null when nobody did or it ended cleanly. */
export function currentRunner(db: QueueDb): Runner | null {
  const row = db.prepare('SELECT pid, host, batch, started_at AS startedAt FROM runner WHERE id = 1').get();
  return (row as Runner | undefined) ?? null;
}

/** Who works this queue now; null when nobody does, or when its process on this host is gone. */
export function livingRunner(db: QueueDb): Runner | null {
  const runner = currentRunner(db);
  return runner && (runner.host !== hostname() || isAlive(runner.pid)) ? runner : null;
}

/**
 * The lock, or a RunnerBusyError that names whoever holds it. Between taking the lock and writing its name the winner is nameless, or its
 * dead predecessor stands there; who never gets a name only books something and is gone in a moment.
 */
function lockOrName(db: QueueDb): QueueDb {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; ; waited += 20) {
    const lock = tryLock(db);
    if (lock) return lock;
    const holder = livingRunner(db);
    if (holder || waited >= NAMING_MS) throw new RunnerBusyError(db.name, holder);
    Atomics.wait(pause, 0, 0, 20);
  }
}

/** Null where somebody has it. */
function tryLock(db: QueueDb): QueueDb | null {
  // Of the real file: two names of one queue are one place.
  const file = `${realpathSync(db.name)}.lock`;
  createPrivately(file);
  const lock = new Database(file, { timeout: 0 });
  try {
    lock.pragma('journal_mode = DELETE');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (isBusy(error)) return null;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
