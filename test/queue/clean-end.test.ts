import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAsLeft, isTrusted, rememberAsLeft } from '../../src/queue/clean-end.ts';
import { openQueue } from '../../src/queue/open-queue.ts';
import { takeRunLock } from '../../src/queue/run-lock.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightshift-clean-'));
  file = join(folder, 'queue.db');
  const db = openQueue(file);
  takeRunLock(db, 'batch', 1)();
  db.close();
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a queue that was left cleanly is known for it, until anybody writes', () => {
  expect(isAsLeft(file)).toBe(false);
  rememberAsLeft(file);
  expect(isAsLeft(file)).toBe(true);
  const other = openQueue(file);
  other.prepare("INSERT INTO batches (name, manifest, out_dir, created_at) VALUES ('b', 'm', 'o', 1)").run();
  expect(isAsLeft(file)).toBe(false);
  other.close();
  expect(isAsLeft(file)).toBe(false);
});

test('while somebody has unfinished writes beside it, it is not taken for left, and not remembered so', () => {
  rememberAsLeft(file);
  const other = openQueue(file);
  other.prepare("INSERT INTO batches (name, manifest, out_dir, created_at) VALUES ('b', 'm', 'o', 1)").run();
  rememberAsLeft(file);
  expect(isAsLeft(file)).toBe(false);
  other.close();
  expect(isAsLeft(file)).toBe(false);
});

test('a byte that was changed since is looked for: the runner checks the file and refuses it', () => {
  rememberAsLeft(file);
  const bytes = readFileSync(file);
  // The first page of the tree that lists all tables.
  bytes.fill(0xff, 100, 140);
  writeFileSync(file, bytes);
  expect(isAsLeft(file)).toBe(false);
  expect(() => {
    const db = openQueue(file);
    try {
      takeRunLock(db, 'batch', 2)();
    } finally {
      db.close();
    }
  }).toThrow(/damaged|malformed|not a database|corrupt|made by/i);
});

test('a stamp of another file, or a broken one, says nothing', () => {
  rememberAsLeft(file);
  utimesSync(file, new Date(0), new Date(0));
  expect(isAsLeft(file)).toBe(false);
  rememberAsLeft(file);
  appendFileSync(`${file}.clean`, 'x');
  expect(isAsLeft(file)).toBe(false);
  expect(isAsLeft(join(folder, 'nowhere.db'))).toBe(false);
});

test('damage that leaves size and time as they were is found all the same', () => {
  const db = openQueue(file);
  const page = db.prepare("SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = 'jobs'").pluck().get() as number;
  db.close();
  const as = new Date(1_000_000);
  utimesSync(file, as, as);
  rememberAsLeft(file);
  const handle = openSync(file, 'r+');
  // How many entries the page of the jobs has: nothing reads it to open the file.
  writeSync(handle, Buffer.from([0, 9]), 0, 2, (page - 1) * 4096 + 3);
  closeSync(handle);
  utimesSync(file, as, as);
  expect(isAsLeft(file)).toBe(true);
  const damaged = openQueue(file);
  expect(() => takeRunLock(damaged, 'batch', 2)).toThrow(/is damaged: .*Nothing was submitted/s);
  damaged.close();
});

test('only a file too large to be checked at each start is trusted, and only as it was left', () => {
  rememberAsLeft(file);
  expect([isAsLeft(file), isTrusted(file)]).toEqual([true, false]);
  truncateSync(file, 200 * 1024 * 1024);
  expect(isTrusted(file)).toBe(false);
  rememberAsLeft(file);
  expect(isTrusted(file)).toBe(true);
});
