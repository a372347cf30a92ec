import { hostname } from 'node:os';
import Database from 'better-sqlite3';
import type { QueueDb } from './open-queue.ts';

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
    super(`The queue ${file} is being worked by ${who}. One runner at a time: wait for it, stop it, or use another file with --db`);
    this.holder = holder;
  }
}

/**
 * Takes the one runner's place of a queue file, or throws a RunnerBusyError at once. The place is an exclusive SQLite lock on a tiny file
 * beside the queue: the kernel frees it the moment the process ends, however it ends; no pid file goes stale. Returns the release.
 */
export function takeRunLock(db: QueueDb, batch: string, now: number): () => void {
  const lock = new Database(`${db.name}.lock`, { timeout: 0 });
  try {
    lock.pragma('journal_mode = DELETE');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY'))
      throw new RunnerBusyError(db.name, currentRunner(db));
    throw error;
  }
  db.prepare('INSERT OR REPLACE INTO runner (id, pid, host, batch, started_at) VALUES (1, ?, ?, ?, ?)').run(
    process.pid,
    hostname(),
    batch,
    now,
  );
  return () => {
    if (db.open) db.prepare('DELETE FROM runner WHERE pid = ?').run(process.pid);
    lock.close();
  };
}

/** Who said last that it works this queue; null when nobody did or it ended cleanly. */
export function currentRunner(db: QueueDb): Runner | null {
  const row = db.prepare('SELECT pid, host, batch, started_at AS startedAt FROM runner WHERE id = 1').get();
  return (row as Runner | undefined) ?? null;
}
