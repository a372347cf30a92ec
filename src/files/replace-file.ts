import { open, rename, rm } from 'node:fs/promises';
import { syncFolderOf } from './safe-folder.ts';

/** Writes a file in pieces and gives it its name in one step that survives a power loss: whoever looks finds the old content or the new, whole. */
export async function replaceFile(path: string, content: string | Iterable<string>): Promise<void> {
  const part = `${path}.part`;
  try {
    // Whatever lies under that name is what a killed run left; a link is replaced, not followed.
    await rm(part, { force: true });
    const file = await open(part, 'wx', 0o666);
    try {
      for (const piece of typeof content === 'string' ? [content] : content) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  await syncFolderOf(path);
}
