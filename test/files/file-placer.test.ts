import { createHash } from 'node:crypto';
import type { promises } from 'node:fs';
import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { FilePlacer } from '../../src/files/file-placer.ts';
import { PartFile } from '../../src/files/part-file.ts';
import { NameTakenError } from '../../src/files/place-file.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'file-placer-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Counts the fsyncs of folders, which go on as they are. */
async function countFolderSyncs(): Promise<() => number> {
  const handle = await open(tmpdir(), 'r');
  const handles = Object.getPrototypeOf(handle) as Pick<promises.FileHandle, 'sync'>;
  await handle.close();
  const spy = vi.spyOn(handles, 'sync');
  onTestFinished(() => spy.mockRestore());
  return () => spy.mock.calls.length;
}

function begun(at: string, content: string): { readonly part: PartFile; readonly content: { bytes: number; sha256: string } } {
  const part = new PartFile(at);
  onTestFinished(() => part.discard());
  void part.append(Buffer.from(content));
  return { part, content: { bytes: Buffer.byteLength(content), sha256: createHash('sha256').update(content).digest('hex') } };
}

test('small files that are finished together share the fsync of their folder, and each has its name and its content', async () => {
  const syncs = await countFolderSyncs();
  const placer = new FilePlacer();
  const path = await folder();
  const names = Array.from({ length: 100 }, (_, index) => `file-${index}.png`);
  await Promise.all(
    names.map((name) => {
      const { part, content } = begun(join(path, name), `content of ${name}`);
      return placer.place(part, join(path, name), content);
    }),
  );
  expect((await readdir(path)).toSorted()).toEqual(names.toSorted());
  for (const name of names) expect(await readFile(join(path, name), 'utf8')).toBe(`content of ${name}`);
  // No round holds all of them, since each is kept in memory until it is there.
  expect(syncs()).toBe(2);
});

test('a file whose name is taken is refused alone, and so is one that cannot be written', async () => {
  const placer = new FilePlacer();
  const path = await folder();
  await writeFile(join(path, 'taken.png'), 'of somebody else');
  await writeFile(join(path, 'same.png'), 'the same');
  const at = (stem: string, text: string): Promise<void> => {
    const { part, content } = begun(join(path, stem), text);
    return placer.place(part, join(path, `${stem}.png`), content);
  };
  const ends = await Promise.allSettled([at('taken', 'ours'), at('free', 'ours'), at('gone/far', 'ours'), at('same', 'the same')]);
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
  expect((ends[0] as PromiseRejectedResult).reason).toBeInstanceOf(NameTakenError);
  expect((ends[2] as PromiseRejectedResult).reason).toMatchObject({ code: 'ENOENT' });
  expect(await readFile(join(path, 'taken.png'), 'utf8')).toBe('of somebody else');
  expect(await readFile(join(path, 'free.png'), 'utf8')).toBe('ours');
});

test('a small file has nothing on the disk before it is whole, and one left by a process that died gives way', async () => {
  const placer = new FilePlacer();
  const path = await folder();
  await writeFile(join(path, 'red.part'), 'the beginning of something');
  const { part, content } = begun(join(path, 'red'), 'whole');
  expect(await readFile(join(path, 'red.part'), 'utf8')).toBe('the beginning of something');
  await placer.place(part, join(path, 'red.png'), content);
  expect(await readdir(path)).toEqual(['red.png']);
  expect(await readFile(join(path, 'red.png'), 'utf8')).toBe('whole');
});
