import { lstatSync, renameSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './error-code.ts';
import { syncFolderOf } from './safe-folder.ts';
import { verifyFile } from './verify.ts';

/** Another file has the name already. */
export class NameTakenError extends Error {
  override readonly name = 'NameTakenError';
}

/**
 * Gives a finished file its final name, in one step that survives a power loss once its folder is synced. A file of that name that has
 * the same content is the one that a killed run had already placed; any other is left alone and a NameTakenError thrown.
 */
export async function nameFile(part: string, path: string, content: { readonly bytes: number; readonly sha256: string }): Promise<void> {
  if (exists(path) && (await verifyFile(path, content)) !== 'ok')
    throw new NameTakenError(
      `Cannot save ${path}: another file has that name. Move it away, or choose another output folder, and run again`,
    );
  renameSync(part, path);
}

/**
 * Renames a file without ever replacing one. True when the file has the new name afterwards, also when a killed run had
 * renamed it already; false when there was none. Throws a NameTakenError when both names are taken.
 */
export async function moveFile(from: string, to: string): Promise<boolean> {
  if (!exists(from)) return exists(to);
  await renameFile(from, to);
  await syncFolderOf(to);
  if (dirname(from) !== dirname(to)) await syncFolderOf(from);
  return true;
}

/** The same for a file that is there, without bringing the new name to the disk: the caller syncs both folders. */
export async function renameFile(from: string, to: string): Promise<void> {
  if (!isFree(from, to)) throw new NameTakenError(`Cannot rename ${from} to ${to}: another file has that name. Move it away and run again`);
  await rename(from, to);
}

/** Where names that differ only in case are one, a file is in the way of nobody but itself. */
function isFree(from: string, to: string): boolean {
  if (!exists(to)) return true;
  const [source, target] = [lstatSync(from), lstatSync(to)];
  return source.ino === target.ino && source.dev === target.dev && from.toLowerCase() === to.toLowerCase();
}

function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return false;
    throw error;
  }
}
