import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MIGRATIONS } from '../../src/queue/migrations.ts';
import { isSafeSqlite, openEmptyQueue, openQueue, openQueueForReading, type QueueDb } from '../../src/queue/open-queue.ts';
import { QueueFileError } from '../../src/queue/queue-faults.ts';
import { Staging } from '../../src/queue/staging.ts';
import { planned, stage, tempFolder, tempQueue } from './support/temp-queue.ts';

function opened(file: string): QueueDb {
  const db = openQueue(file);
  onTestFinished(() => void db.close());
  return db;
}

/** A SQLite file made by another program. */
function foreign(fill: (db: Database.Database) => void): string {
  const file = join(tempFolder(), 'foreign.db');
  const db = new Database(file);
  fill(db);
  db.close();
  return file;
}

describe('opening a queue', () => {
  it('makes a commit durable before it returns: the settings are read back from SQLite', () => {
    const db = opened(join(tempFolder(), 'queue.db'));
    const pragma = (name: string): unknown => db.pragma(name, { simple: true });
    expect(pragma('journal_mode')).toBe('wal');
    expect(pragma('synchronous')).toBe(2);
    expect(pragma('foreign_keys')).toBe(1);
    expect(pragma('temp_store')).toBe(1);
    expect(pragma('user_version')).toBe(MIGRATIONS.length);
    expect(pragma('integrity_check')).toBe('ok');
    // It never holds up timers and answers for long.
    expect(pragma('busy_timeout')).toBe(250);
  });

  it('sets them again on a file that exists', () => {
    const file = join(tempFolder(), 'queue.db');
    openQueue(file).close();
    const db = opened(file);
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
  });

  it('holds what was stored', () => {
    const queue = tempQueue();
    stage(queue, planned('a'));
    queue.db.close();
    expect(opened(queue.file).prepare('SELECT id FROM jobs').pluck().all()).toEqual(['a']);
  });

  it('keeps queue, log and index from other users, and the folders that it makes', () => {
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    const folder = tempFolder();
    const file = join(folder, 'new', 'deep', 'queue.db');
    const db = opened(file);
    db.exec('CREATE TABLE t (a)');
    for (const name of [file, `${file}-wal`, `${file}-shm`]) expect(statSync(name).mode & 0o777, name).toBe(0o600);
    for (const name of ['new', 'new/deep']) expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o700);
  });

  it('leaves the mode of a file that its owner opened to others alone', () => {
    const file = join(tempFolder(), 'queue.db');
    writeFileSync(file, '', { mode: 0o640 });
    opened(file);
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  it('follows a link', () => {
    const file = join(tempFolder(), 'queue.db');
    openQueue(file).close();
    const link = join(tempFolder(), 'link.db');
    symlinkSync(file, link);
    expect(opened(link).pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
  });
});

describe('a file that cannot be used', () => {
  it('is refused when a newer nightshift wrote it', () => {
    const file = join(tempFolder(), 'queue.db');
    const db = openQueue(file);
    db.pragma(`user_version = ${MIGRATIONS.length + 1}`);
    db.close();
    const says = `its schema is version ${MIGRATIONS.length + 1} and this nightshift knows ${MIGRATIONS.length}; use the newer nightshift`;
    expect(() => openQueue(file)).toThrow(QueueFileError);
    expect(() => openQueue(file)).toThrow(says);
    expect(() => openQueueForReading(file)).toThrow(says);
    expect(() => openQueueForReading(file)).toThrow(QueueFileError);
  });

  it.each([
    ['with a version of its own', (db: Database.Database) => db.exec('CREATE TABLE urls (a); PRAGMA user_version = 1')],
    ['without a version, as most are', (db: Database.Database) => db.exec('CREATE TABLE urls (a)')],
    ['marked as another application', (db: Database.Database) => db.exec('PRAGMA application_id = 252006675; CREATE TABLE notes (a)')],
  ])('is refused and not changed in a byte when it is of another program, %s', (_, fill) => {
    const file = foreign(fill);
    const before = readFileSync(file);
    for (const open of [openQueue, openQueueForReading]) {
      expect(() => open(file)).toThrow(QueueFileError);
      expect(() => open(file)).toThrow(
        `Cannot open the queue file ${file}: it is a SQLite file of another program; name another file with --db`,
      );
    }
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  it.each([
    ['a table', 'DROP TABLE control', 'it has no table control'],
    ['a column', 'ALTER TABLE batches DROP COLUMN last_run_at', 'its table batches has no column last_run_at'],
    ['a trigger', 'DROP TRIGGER ledger_summed', 'it has no trigger ledger_summed'],
    ['nothing, and has a column more', 'ALTER TABLE runner ADD COLUMN colour TEXT', 'its table runner has a column colour that this one'],
    ['nothing, and has a table more', 'CREATE TABLE colours (a)', 'it has a table colours that this one does not know'],
  ])('is refused and not changed when a development version made it that lacks %s', (_, change, says) => {
    const file = join(tempFolder(), 'queue.db');
    openQueue(file).close();
    const db = new Database(file);
    db.exec(change);
    db.close();
    const before = readFileSync(file);
    for (const open of [openQueue, openQueueForReading]) {
      expect(() => open(file)).toThrow(QueueFileError);
      expect(() => open(file)).toThrow(says);
      expect(() => open(file)).toThrow(
        /development version of nightshift, or is damaged .* Finish it with that version, or begin a new one with --db/,
      );
    }
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('is said to be damaged, or works, whichever byte of its header is another', () => {
    const file = join(tempFolder(), 'queue.db');
    openQueue(file).close();
    const whole = readFileSync(file);
    const advice = `Move ${file}, ${file}-wal and ${file}-shm away (keep them), put a backup in the place of the first, and run again`;
    for (let at = 0; at < 100; at++) {
      for (const mask of [0x01, 0x02, 0x80, 0xff]) {
        const bytes = Buffer.from(whole);
        bytes[at] = bytes[at]! ^ mask;
        for (const ending of ['-wal', '-shm']) rmSync(`${file}${ending}`, { force: true });
        writeFileSync(file, bytes);
        expect(openedOrSaid(file), `byte ${at} xor ${mask}`).toSatisfy((said: string | null) => said === null || said.includes(advice));
      }
    }
  });

  it('is not one that ANALYZE or an index of the user has touched', () => {
    const file = join(tempFolder(), 'queue.db');
    const db = openQueue(file);
    db.exec('ANALYZE; CREATE INDEX mine ON jobs (model)');
    db.close();
    for (const open of [openQueue, openQueueForReading]) {
      const again = open(file)!;
      expect(again.prepare("SELECT count(*) FROM sqlite_schema WHERE name IN ('mine', 'sqlite_stat1')").pluck().get()).toBe(2);
      again.close();
    }
  });

  it('is refused when it is no SQLite file', () => {
    const file = join(tempFolder(), 'photo.jpg');
    writeFileSync(file, 'x'.repeat(9_000));
    expect(() => openQueue(file)).toThrow(QueueFileError);
    expect(() => openQueue(file)).toThrow('file is not a database');
    expect(readFileSync(file, 'utf8')).toBe('x'.repeat(9_000));
  });

  it('is refused with its name when the folder cannot be made, or is in its place', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(() => openQueue(join(folder, 'file', 'queue.db'))).toThrow(QueueFileError);
    mkdirSync(join(folder, 'queue.db'));
    expect(() => openQueue(join(folder, 'queue.db'))).toThrow(`Cannot open the queue file ${join(folder, 'queue.db')}`);
  });
});

describe('opening for reading', () => {
  it('is null where there is no queue, and makes none', () => {
    const file = join(tempFolder(), 'new', 'queue.db');
    expect(openQueueForReading(file)).toBeNull();
    expect(existsSync(join(file, '..'))).toBe(false);
  });

  it('reads while another writes, and cannot write', () => {
    const queue = tempQueue();
    stage(queue, planned('a'));
    const reader = openQueueForReading(queue.file)!;
    onTestFinished(() => void reader.close());
    queue.db.exec('BEGIN IMMEDIATE');
    expect(reader.prepare('SELECT count(*) FROM jobs').pluck().get()).toBe(1);
    queue.db.exec('ROLLBACK');
    expect(() => reader.prepare('DELETE FROM outputs').run()).toThrow('readonly database');
  });

  it('brings an older file up first', () => {
    const file = join(tempFolder(), 'queue.db');
    writeFileSync(file, '');
    const reader = openQueueForReading(file)!;
    onTestFinished(() => void reader.close());
    expect(reader.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
    expect(reader.readonly).toBe(true);
  });
});

describe('an empty queue', () => {
  it('serves a plan where there is no queue yet, and leaves no file', () => {
    const db = openEmptyQueue();
    const staging = new Staging(db);
    staging.add([planned('a'), planned('b')]);
    expect(staging.counts(null)).toMatchObject({ total: 2, new: 2, removed: 0 });
    expect(db.memory).toBe(true);
    // A million staged jobs are kept on disk, not in memory.
    expect(db.pragma('temp_store', { simple: true })).toBe(1);
    db.close();
  });
});

describe('the version of SQLite', () => {
  it.each([
    ['3.53.2', true],
    ['3.51.3', true],
    ['3.52.1', true],
    ['4.0.0', true],
    ['3.51.2', false],
    ['3.52.0', false],
    ['3.50.9', false],
    ['3.7.17', false],
    ['2.99.99', false],
    ['', false],
    ['nightly', false],
  ])('%s: safe %s', (version, safe) => {
    expect(isSafeSqlite(version)).toBe(safe);
  });
});

/** What opening a file says against it; null when it opens. */
function openedOrSaid(file: string): string | null {
  try {
    openQueue(file).close();
    return null;
  } catch (error) {
    return error instanceof QueueFileError ? error.message : `threw ${String(error)}`;
  }
}
