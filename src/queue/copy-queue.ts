import { closeSync, fsyncSync, openSync, rmSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { assertSound } from './assert-sound.ts';
import { createPrivately, type QueueDb } from './open-queue.ts';
import { damageAdvice, isDamaged, QueueFileError } from './queue-faults.ts';

/** Copied between two turns of the event loop, so that Ctrl-C is heard: 4 MiB. */
const PAGES_AT_ONCE = 1_024;

/**
 * Copies a queue as it stands at this moment, everything committed and nothing else, into a new file that needs no log beside it and that
 * its owner alone can read. Holds up nobody: others go on writing. Copying the file itself would leave out what is in the log.
 * `target` must not exist. Throws a QueueFileError when the queue is damaged, and what SQLite throws when there is no room.
 */
export async function copyQueue(db: QueueDb, target: string, now: number): Promise<{ readonly bytes: number }> {
  createPrivately(target);
  try {
    // Held open, this pins the moment: otherwise the copy begins anew at each commit of a runner, perhaps for ever.
    db.exec('BEGIN');
    try {
      db.prepare('SELECT count(*) FROM sqlite_schema').get();
      await db.backup(target, { progress: () => PAGES_AT_ONCE });
    } finally {
      db.exec('ROLLBACK');
    }
    finishCopy(target, db.name, now);
    return { bytes: statSync(target).size };
  } catch (error) {
    for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(`${target}${ending}`, { force: true });
    if (!isDamaged(error)) throw error;
    throw new QueueFileError(`The queue file ${db.name} is damaged: ${(error as Error).message}. ${damageAdvice(db.name)}`, {
      cause: error,
    });
  }
}

/** When the copy was made that is in the place of the queue and has not been run since; null for any other queue. */
export function restoredFrom(db: QueueDb): number | null {
  const madeAt = db
    .prepare('SELECT made_at FROM backup_mark WHERE made_at > coalesce((SELECT max(started_at) FROM runs), 0)')
    .pluck()
    .get();
  return (madeAt as number | undefined) ?? null;
}

function finishCopy(target: string, source: string, now: number): void {
  const copy = new Database(target);
  try {
    copy.pragma('journal_mode = DELETE');
    // A copy of a damaged queue must not be taken for a backup.
    assertSound(copy, true, source);
    copy.prepare('INSERT OR REPLACE INTO backup_mark (id, made_at) VALUES (1, ?)').run(now);
  } finally {
    copy.close();
  }
  const fd = openSync(target, 'r+');
  fsyncSync(fd);
  closeSync(fd);
}
