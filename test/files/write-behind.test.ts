import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WriteBehind } from '../../src/files/write-behind.ts';

function opened(path: string): WriteBehind {
  const fd = openSync(path, 'w');
  onTestFinished(() => closeSync(fd));
  return new WriteBehind(fd);
}

function file(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'file');
}

test.each([
  ['chunks of a network', 64 * 1024, 1_200],
  ['chunks of a few bytes', 7, 20_000],
  ['chunks larger than a batch', 3_000_001, 3],
])('%s are all in the file, in their order, and few of them wait', async (_, size, count) => {
  const path = file();
  const behind = opened(path);
  const hash = createHash('sha256');
  let waited = 0;
  for (let at = 0; at < count; at++) {
    const chunk = Buffer.alloc(size, `${at} `);
    hash.update(chunk);
    const room = behind.add(chunk);
    if (room) waited++;
    await room;
    expect(size * (at + 1) - behind.written).toBeLessThan(2 ** 22 + 2 * size);
  }
  await behind.idle();
  expect(behind.written).toBe(size * count);
  expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(hash.digest('hex'));
  expect(waited > 0).toBe(size * count > 2 ** 21);
});

test.skipIf(process.platform !== 'linux')('a disk that takes nothing is told of at the next call and at each after it', async () => {
  const behind = opened('/dev/full');
  const full = expect.objectContaining({ code: 'ENOSPC' });
  expect(behind.add(Buffer.alloc(4_000_000))).toBeNull();
  await expect(behind.idle()).rejects.toEqual(full);
  await expect(behind.add(Buffer.alloc(1))).rejects.toEqual(full);
  await expect(behind.idle()).rejects.toEqual(full);
  await expect(behind.idle()).rejects.toEqual(full);
  await behind.settled();
});
