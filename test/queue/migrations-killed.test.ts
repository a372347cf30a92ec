import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MIGRATIONS, migrate, schemaVersion } from '../../src/queue/migrations.ts';
import { type CompiledQueue, compileQueue } from './support/compiled-queue.ts';
import { done, planned, stage, tempFolder, tempQueue } from './support/temp-queue.ts';

/** What later versions might do to the file, each statement by itself: new columns, tables built anew, rows rewritten, indexes, triggers. */
const NEXT: readonly (readonly string[])[] = [
  [
    'ALTER TABLE jobs ADD COLUMN colour TEXT',
    "UPDATE jobs SET colour = 'of ' || id",
    'CREATE TABLE notes (job_seq INTEGER PRIMARY KEY REFERENCES jobs(seq), text TEXT NOT NULL) STRICT',
    'INSERT INTO notes SELECT seq, id FROM jobs',
    'CREATE INDEX notes_by_text ON notes (text)',
  ],
  [
    'CREATE TABLE uploads_new (sha256 TEXT PRIMARY KEY, seconds INTEGER NOT NULL) STRICT',
    'INSERT INTO uploads_new SELECT sha256, uploaded_at / 1000 FROM uploads',
    'DROP TABLE uploads',
    'ALTER TABLE uploads_new RENAME TO uploads',
    "CREATE TRIGGER notes_are_kept BEFORE DELETE ON notes BEGIN SELECT raise(ABORT, 'kept'); END",
    'UPDATE notes SET text = upper(text)',
  ],
];

/** Climbs, and is killed where the nth mark stands. As the program would: its settings, its one connection. */
const CLIMBER = `
  import Database from 'better-sqlite3';
  import { migrate } from './src/queue/migrations.js';
  const [file, steps, nth] = process.argv.slice(2);
  const db = new Database(file);
  db.pragma('synchronous = FULL');
  let seen = 0;
  db.function('here', () => { if (++seen === Number(nth)) process.kill(process.pid, 'SIGKILL'); return 0; });
  migrate(db, JSON.parse(steps));
  process.send({ seen }, () => process.exit(0));
`;

let compiled: CompiledQueue;
beforeAll(() => {
  compiled = compileQueue();
});
afterAll(() => compiled.remove());

/** A mark before each statement and after the last. */
const marked = NEXT.map((statements) => `SELECT here();\n${statements.join(';\nSELECT here();\n')};\nSELECT here();`);

/** Every row of every table. */
function everything(db: Database.Database): unknown {
  const names = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .pluck()
    .all() as string[];
  return names.map((name) => [name, db.prepare(`SELECT * FROM ${name}`).all()]);
}

it('an upgrade that is killed at any statement leaves a whole version with every row, and climbs to the end the next time', async () => {
  const queue = tempQueue();
  stage(queue, ...Array.from({ length: 300 }, (_, n) => planned(`job-${n}`)));
  for (let n = 0; n < 30; n++) done(queue, `job-${n}`);
  queue.db.prepare("INSERT INTO uploads VALUES ('ulazai', 'ab', 'https://example.com/ab', 5000)").run();
  const steps = [...MIGRATIONS, ...marked];
  const versions: unknown[] = [everything(queue.db)];
  queue.db.pragma('wal_checkpoint(TRUNCATE)');
  queue.db.close();

  // What each version holds when nothing happens to it.
  const folder = tempFolder();
  const peaceful = join(folder, 'peaceful.db');
  copyFileSync(queue.file, peaceful);
  const db = new Database(peaceful);
  db.function('here', () => 0);
  for (let version = MIGRATIONS.length + 1; version <= steps.length; version++) {
    migrate(db, steps.slice(0, version));
    versions.push(everything(db));
  }
  db.close();

  const marks = marked.reduce((sum, text) => sum + text.split('here()').length - 1, 0);
  const reached = new Set<number>();
  for (let nth = 1; nth <= marks; nth++) {
    const file = join(folder, `killed-${nth}.db`);
    copyFileSync(queue.file, file);
    const child = compiled.start(CLIMBER, file, JSON.stringify(steps), String(nth));
    const signal = await new Promise((resolve) => child.once('exit', (_, name) => resolve(name)));
    expect(signal, `mark ${nth}`).toBe('SIGKILL');

    const survivor = new Database(file);
    survivor.function('here', () => 0);
    const version = schemaVersion(survivor, steps);
    reached.add(version);
    expect(everything(survivor), `mark ${nth}: version ${version}`).toEqual(versions[version - MIGRATIONS.length]);
    migrate(survivor, steps);
    expect(everything(survivor), `mark ${nth}, climbed again`).toEqual(versions.at(-1));
    expect(survivor.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(survivor.pragma('foreign_key_check')).toEqual([]);
    survivor.close();
  }
  expect([...reached]).toEqual([MIGRATIONS.length, MIGRATIONS.length + 1]);
});

it('an empty file that is killed while it is made stays empty, and is made the next time', async () => {
  const statements = MIGRATIONS[0]!.split(/\n(?=CREATE )/);
  const first = statements.join('\nSELECT here();\n');
  for (const nth of [1, Math.floor(statements.length / 2), statements.length - 1]) {
    const file = join(tempFolder(), 'queue.db');
    const child = compiled.start(CLIMBER, file, JSON.stringify([first]), String(nth));
    expect(await new Promise((resolve) => child.once('exit', (_, name) => resolve(name)))).toBe('SIGKILL');
    const db = new Database(file);
    expect(everything(db)).toEqual([]);
    migrate(db);
    expect(schemaVersion(db)).toBe(MIGRATIONS.length);
    db.close();
  }
});
