import type { promises } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { FolderSync } from '../../src/files/folder-sync.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'folder-sync-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Counts the fsyncs of folders, which go on as they are. */
async function countSyncs(): Promise<() => number> {
  const handle = await open(tmpdir(), 'r');
  const handles = Object.getPrototypeOf(handle) as Pick<promises.FileHandle, 'sync'>;
  await handle.close();
  const spy = vi.spyOn(handles, 'sync');
  onTestFinished(() => spy.mockRestore());
  return () => spy.mock.calls.length;
}

test('what is placed while a folder is being synced shares the next fsync, and is not served by the one under way', async () => {
  const syncs = await countSyncs();
  const folders = new FolderSync();
  const path = await folder();
  const first = folders.sync(path);
  const others = [folders.sync(path), folders.sync(path), folders.sync(path)];
  await first;
  expect(syncs()).toBe(1);
  await Promise.all(others);
  expect(syncs()).toBe(2);
  await folders.sync(path);
  expect(syncs()).toBe(3);
});

test('folders do not wait for each other, and one that cannot be synced says so to each that asked', async () => {
  const folders = new FolderSync();
  const path = await folder();
  const gone = join(path, 'gone');
  const ends = await Promise.allSettled([folders.sync(gone), folders.sync(gone), folders.sync(path)]);
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
});
