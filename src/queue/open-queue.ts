import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { assertSchema } from './assert-schema.ts';
import { MIGRATIONS, migrate, schemaVersion } from './migrations.ts';
import { faultText, isBusy, isFull, isWithoutLog, noLogText, QueueFileError, QueueFullError } from './queue-faults.ts';
import { rememberStatements } from './remember-statements.ts';
import { sharedFileSystem } from './shared-folder.ts';

/** An open queue file. */
export type QueueDb = Database.Database;

/** Blocking longer than this would stop timers and answers: only short reads of others are waited for. */
const BUSY_MS = 250;

/** Before there is anything to block: others that start at the same moment may be creating the schema. */
const OPENING_MS = 5_000;

/**
 * Opens the queue for writing, creating it and its folder (0700, the file 0600) where missing, and brings it to the newest schema.
 * Every pragma that the promise about money rests on is read back. Throws a QueueFileError, or a QueueFullError.
 */
export function openQueue(file: string): QueueDb {
  return guarded(file, () => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    createPrivately(file);
    const db = new Database(file, { timeout: OPENING_MS });
    try {
      // First of all, since the next line would already change another program's file.
      if (schemaVersion(db) === MIGRATIONS.length) assertSchema(db);
      configure(db);
      assertDurable(db);
      migrate(db);
      db.pragma(`busy_timeout = ${BUSY_MS}`);
      rememberStatements(db);
    } catch (error) {
      db.close();
      throw error;
    }
    return db;
  });
}

/** An empty queue in memory: what a plan is laid beside while there is no queue file. */
export function openEmptyQueue(): QueueDb {
  const db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  db.pragma('temp_store = FILE');
  migrate(db);
  rememberStatements(db);
  return db;
}

/** Opens an existing queue for reading only; null when there is none yet. Throws a QueueFileError. */
export function openQueueForReading(file: string): QueueDb | null {
  if (!existsSync(file)) return null;
  return guarded(file, () => {
    const db = new Database(file, { timeout: OPENING_MS, readonly: true });
    try {
      if (schemaVersion(db) === MIGRATIONS.length) {
        assertSchema(db);
        rememberStatements(db);
        return db;
      }
    } catch (error) {
      db.close();
      throw error;
    }
    // An older file is brought up first, by a connection that may write.
    db.close();
    openQueue(file).close();
    return new Database(file, { timeout: OPENING_MS, readonly: true });
  });
}

/** Creates the file readable by its owner alone, before a byte is in it. `wx`: a second descriptor would drop this process's SQLite locks when closed. */
export function createPrivately(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function configure(db: QueueDb): void {
  beginWriteAheadLog(db);
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma('temp_store = FILE');
  // The write-ahead log is given back after a checkpoint instead of staying as large as the largest batch.
  db.pragma('journal_size_limit = 67108864');
}

/** Kept in the file once set. Two that set it at the same moment hold each other up, which SQLite answers with BUSY without waiting. */
function beginWriteAheadLog(db: QueueDb): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; ; waited += 20) {
    try {
      db.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if (isWithoutLog(error)) throw new Error(noLogText(error), { cause: error });
      if (!isBusy(error) || waited >= OPENING_MS) throw error;
    }
    Atomics.wait(pause, 0, 0, 20);
  }
}

function assertDurable(db: QueueDb): void {
  const found = {
    journal_mode: db.pragma('journal_mode', { simple: true }),
    synchronous: db.pragma('synchronous', { simple: true }),
    foreign_keys: db.pragma('foreign_keys', { simple: true }),
  };
  if (found.journal_mode !== 'wal')
    throw new Error(
      `its folder does not allow a write-ahead log (journal_mode is ${String(found.journal_mode)}); put it on a local disk with --db`,
    );
  if (found.synchronous !== 2 || found.foreign_keys !== 1) throw new Error(`SQLite did not take our settings: ${JSON.stringify(found)}`);
  const { version } = db.prepare('SELECT sqlite_version() AS version').get() as { version: string };
  if (!isSafeSqlite(version)) throw new Error(`SQLite ${version} can corrupt a write-ahead log; 3.51.3 or newer is needed, and not 3.52.0`);
}

/** SQLite before 3.51.3 has the WAL-reset bug, and 3.52.0 was withdrawn. */
export function isSafeSqlite(version: string): boolean {
  if (version === '3.52.0') return false;
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return major * 1e6 + minor * 1e3 + patch >= 3_051_003;
}

function guarded<T>(file: string, open: () => T): T {
  try {
    const shared = sharedFileSystem(file);
    if (shared !== null)
      throw new Error(`it lies on ${shared}, where locks and a write-ahead log do not hold; name a file on a local disk with --db`);
    return open();
  } catch (error) {
    if (error instanceof QueueFileError) throw error;
    if (isFull(error, file)) throw new QueueFullError(file, error);
    throw new QueueFileError(`Cannot open the queue file ${file}: ${faultText(error, file)}`, { cause: error });
  }
}
