import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { moveFile } from '../../src/files/place-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nightshift-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a file gets its new name, and a second time finds it there already', async () => {
  const [from, to] = [join(folder, 'shoe.png'), join(folder, 'shoe.a1.png')];
  await writeFile(from, 'first');
  expect(await moveFile(from, to)).toBe(true);
  expect(await readFile(to, 'utf8')).toBe('first');
  expect(await moveFile(from, to)).toBe(true);
});

test('a file that is not there is no fault', async () => {
  expect(await moveFile(join(folder, 'none'), join(folder, 'new'))).toBe(false);
});

test('no file is ever replaced', async () => {
  const [from, to] = [join(folder, 'shoe.png'), join(folder, 'shoe.a1.png')];
  await writeFile(from, 'second');
  await writeFile(to, 'first');
  await expect(moveFile(from, to)).rejects.toThrow('another file has that name');
  expect(await readFile(from, 'utf8')).toBe('second');
  expect(await readFile(to, 'utf8')).toBe('first');
});
