import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MIGRATIONS, migrate, schemaVersion } from '../../src/queue/migrations.ts';
import { openQueue } from '../../src/queue/open-queue.ts';
import { planned, stage, tempFolder, tempQueue } from './support/temp-queue.ts';

function file(): Database.Database {
  const db = new Database(join(tempFolder(), 'steps.db'));
  onTestFinished(() => void db.close());
  return db;
}

const tables = (db: Database.Database): unknown[] =>
  db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).pluck().all();

describe('migrations', () => {
  it('climb one step after the other, from wherever the file stands', () => {
    const db = file();
    migrate(db, ['CREATE TABLE a (x)']);
    expect(schemaVersion(db)).toBe(1);
    migrate(db, ['CREATE TABLE a (x)', 'CREATE TABLE b (x)', 'CREATE TABLE c (x)']);
    expect(tables(db)).toEqual(['a', 'b', 'c']);
    expect(schemaVersion(db, ['', '', ''])).toBe(3);
  });

  it('do nothing on a file that is up to date, not even take the write lock', () => {
    const queue = tempQueue();
    const other = openQueue(queue.file);
    onTestFinished(() => void other.close());
    queue.db.exec('BEGIN IMMEDIATE');
    const before = schemaVersion(other);
    expect(() => migrate(other)).not.toThrow();
    expect(schemaVersion(other)).toBe(before);
    queue.db.exec('ROLLBACK');
  });

  it('undo a step that fails half way, version included, and keep the steps before it', () => {
    const db = file();
    const steps = ['CREATE TABLE a (x); INSERT INTO a VALUES (1)', 'CREATE TABLE b (x); UPDATE a SET x = 2; CREATE TABLE a (x)'];
    expect(() => migrate(db, steps)).toThrow('table a already exists');
    expect(tables(db)).toEqual(['a']);
    expect(db.prepare('SELECT x FROM a').pluck().get()).toBe(1);
    expect(schemaVersion(db)).toBe(1);
    migrate(db, [steps[0]!, 'CREATE TABLE b (x)']);
    expect(tables(db)).toEqual(['a', 'b']);
  });

  it('leave no trace of ours when the first step fails', () => {
    const db = file();
    expect(() => migrate(db, ['CREATE TABLE a (x); nonsense'])).toThrow('syntax error');
    expect(tables(db)).toEqual([]);
    expect(db.pragma('application_id', { simple: true })).toBe(0);
  });

  it('do not climb a step that another process has just climbed', () => {
    const first = file();
    const second = new Database(first.name);
    onTestFinished(() => void second.close());
    const steps = ['CREATE TABLE a (x)', 'CREATE TABLE b (x)'];
    // The second has looked (version 0) and waits for the lock while the first climbs both.
    let climbed = false;
    const watched = new Proxy(second, {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown;
        if (name !== 'transaction') return typeof value === 'function' ? value.bind(target) : value;
        return (body: () => void) => {
          const run = target.transaction(body);
          return {
            immediate: () => {
              if (!climbed) migrate(first, steps);
              climbed = true;
              return run.immediate();
            },
          };
        };
      },
    });
    migrate(watched, steps);
    expect(schemaVersion(second, steps)).toBe(2);
  });

  it('read the version and the mark of one moment, though another process climbs meanwhile', () => {
    const first = file();
    first.pragma('journal_mode = WAL');
    const second = new Database(first.name);
    onTestFinished(() => void second.close());
    const watched = new Proxy(second, {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown;
        if (name !== 'pragma') return typeof value === 'function' ? value.bind(target) : value;
        return (text: string, options?: Database.PragmaOptions) => {
          const read = target.pragma(text, options);
          if (text.startsWith('application_id')) migrate(first, ['CREATE TABLE a (x)']);
          return read;
        };
      },
    });
    expect(schemaVersion(watched)).toBe(0);
    expect(schemaVersion(second)).toBe(1);
  });

  it('keep what is stored: every released version is one more step', () => {
    const queue = tempQueue();
    stage(queue, planned('a'));
    migrate(queue.db, [...MIGRATIONS, 'ALTER TABLE jobs ADD COLUMN colour TEXT']);
    expect(queue.db.prepare('SELECT id, colour FROM jobs').all()).toEqual([{ id: 'a', colour: null }]);
  });
});
