import { lstat, rename } from 'node:fs/promises';
import { errorCode } from './error-code.ts';
import { syncFolderOf } from './safe-folder.ts';
import { verifyFile } from './verify.ts';

/** Another file has the name already. */
export class NameTakenError extends Error {
  override readonly name = 'NameTakenError';
}

/**
 * Gives a finished file its final name, in one step and so that it survives a power loss. A file of that name that has
 * the same content is the one that a killed run had already placed; any other is left alone and a NameTakenError thrown.
 */
export async function placeFile(part: string, path: string, content: { readonly bytes: number; readonly sha256: string }): Promise<void> {
  if ((await exists(path)) && (await verifyFile(path, content)) !== 'ok')
    throw new NameTakenError(
      `Cannot save ${path}: another file has that name. Move it away, or choose another output folder, and run again`,
    );
  await rename(part, path);
  await syncFolderOf(path);
}

/**
 * Renames a file without ever replacing one. True when the file has the new name afterwards, also when a killed run had
 * renamed it already; false when there was none. Throws a NameTakenError when both names are taken.
 */
export async function moveFile(from: string, to: string): Promise<boolean> {
  const [source, target] = [await exists(from), await exists(to)];
  if (!source) return target;
  if (target) throw new NameTakenError(`Cannot rename ${from} to ${to}: another file has that name. Move it away and run again`);
  await rename(from, to);
  await syncFolderOf(to);
  return true;
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return false;
    throw error;
  }
}
