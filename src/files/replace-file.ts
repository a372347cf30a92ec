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
      for (const piece of typeof content === 'string' ? [content] : gathered(content)) await file.writeFile(piece);
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

/** Characters that are written in one step: a call of the system for each small piece would take longer than making it. */
const ENOUGH = 256 * 1024;

function* gathered(pieces: Iterable<string>): Generator<string> {
  let waiting: string[] = [];
  let length = 0;
  for (const piece of pieces) {
    waiting.push(piece);
    length += piece.length;
    if (length < ENOUGH) continue;
    yield waiting.join('');
    waiting = [];
    length = 0;
  }
  yield waiting.join('');
}
