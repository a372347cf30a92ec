import { constants } from 'node:fs';
import { copyFile as copy, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { nameFile } from './place-file.ts';
import { makeSafeFolder, syncFolderOf } from './safe-folder.ts';

/**
 * Copies a finished file into an output folder, in one step that survives a power loss, without taking more room where the file system can share it.
 * Throws a NameTakenError where a file of other content has the name.
 */
export async function copyFile(
  from: string,
  root: string,
  to: string,
  content: { readonly bytes: number; readonly sha256: string },
): Promise<void> {
  await makeSafeFolder(root, dirname(to));
  const part = `${to}.part`;
  try {
    await rm(part, { force: true });
    await copy(from, part, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    const handle = await open(part, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await nameFile(part, to, content);
    await syncFolderOf(to);
  } finally {
    await rm(part, { force: true });
  }
}
