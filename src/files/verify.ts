import { stat } from 'node:fs/promises';
import { errorCode } from './error-code.ts';
import { hashFile } from './hash-file.ts';

/** How a file on disk compares with what was recorded of it. */
export type Verdict = 'ok' | 'missing' | 'other_size' | 'other_content';

/** Compares a file with its recorded size and sha-256. Throws only for what is neither there nor absent (no permission, a broken disk). */
export async function verifyFile(path: string, recorded: { readonly bytes: number; readonly sha256: string }): Promise<Verdict> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return 'missing';
    if (found.size !== recorded.bytes) return 'other_size';
    return (await hashFile(path)).sha256 === recorded.sha256 ? 'ok' : 'other_content';
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return 'missing';
    throw error;
  }
}
