import { lstatSync, mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { makeFolders } from './output-folder.ts';

/** A place that files must not be written to. */
export class UnsafePathError extends Error {
  override readonly name = 'UnsafePathError';
}

/**
 * Makes a folder below the output folder, and sees to it that the way there has no link in it: one could lead anywhere.
 * The output folder itself may be a link, since the user chose it. New folders survive a power loss.
 * Throws an UnsafePathError.
 */
export async function makeSafeFolder(root: string, folder: string): Promise<void> {
  const way = relative(root, folder);
  if (way === '..' || way.startsWith(`..${sep}`) || way.startsWith(sep) || /^[A-Za-z]:/.test(way))
    throw new UnsafePathError(`Cannot write to ${folder}: it is outside the output folder ${root}`);
  makeFolders(root);
  let at = root;
  for (const name of way.split(sep).filter((part) => part !== '')) {
    const parent = at;
    at = join(at, name);
    if (makeFolder(at)) await syncFolder(parent);
    const found = lstatSync(at);
    if (found.isSymbolicLink() || !found.isDirectory())
      throw new UnsafePathError(
        `Cannot write below ${at}: it is ${found.isSymbolicLink() ? 'a link' : 'a file'}. Move it away or choose another output`,
      );
  }
}

/** Brings a folder's list of names to the disk, so that a rename survives a power loss. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot sync a folder, and its file system keeps renames by itself.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The same for the folder that holds a file. */
export async function syncFolderOf(path: string): Promise<void> {
  await syncFolder(dirname(path));
}

/** Whether it was made just now. */
function makeFolder(path: string): boolean {
  if (lstatSync(path, { throwIfNoEntry: false })) return false;
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
