import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyFile } from '../../src/files/verify.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nightshift-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a file is compared with what was recorded of it', async () => {
  const path = join(folder, 'shoe.png');
  const recorded = { bytes: 5, sha256: createHash('sha256').update('whole').digest('hex') };
  await writeFile(path, 'whole');
  expect(await verifyFile(path, recorded)).toBe('ok');
  await writeFile(path, 'Whole');
  expect(await verifyFile(path, recorded)).toBe('other_content');
  await writeFile(path, 'who');
  expect(await verifyFile(path, recorded)).toBe('other_size');
  await rm(path);
  expect(await verifyFile(path, recorded)).toBe('missing');
  await mkdir(path);
  expect(await verifyFile(path, recorded)).toBe('missing');
});
