import { lstatSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { errorCode } from './error-code.ts';
import { SIDECAR_SUFFIX } from './own-files.ts';
import { moveFile } from './place-file.ts';
import { replaceFile } from './replace-file.ts';

/** A longer file is none that nightshift wrote. */
const LONGEST = 1_000_000;

/** Whether an output has a sidecar of ours: another file of that name is somebody's own. `absent`: the name is free. */
export async function sidecarAt(output: string): Promise<'ours' | 'foreign' | 'absent'> {
  const path = output + SIDECAR_SUFFIX;
  try {
    // Asked of every file that is saved, and nearly always in vain.
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found) return 'absent';
    if (!found.isFile() || found.size > LONGEST) return 'foreign';
    const document = JSON.parse(await readFile(path, 'utf8')) as { sidecar?: { sha256?: unknown } } | null;
    return typeof document?.sidecar?.sha256 === 'string' ? 'ours' : 'foreign';
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return 'absent';
    if (error instanceof SyntaxError) return 'foreign';
    throw error;
  }
}

/** Writes the sidecar of an output, whole or not at all, over an older one of ours. False when another file has the name: it is left alone. */
export async function writeSidecar(output: string, text: string): Promise<boolean> {
  if ((await sidecarAt(output)) === 'foreign') return false;
  await replaceFile(output + SIDECAR_SUFFIX, text);
  return true;
}

/**
 * Gives the sidecar of an output that is about to be renamed its new name. Before the output, so that at no moment a new file lies beside the
 * sidecar of an old one. What is in the way stays, and so does the sidecar.
 */
export async function moveSidecar(from: string, to: string): Promise<void> {
  if ((await sidecarAt(from)) === 'ours' && (await sidecarAt(to)) === 'absent') await moveFile(from + SIDECAR_SUFFIX, to + SIDECAR_SUFFIX);
}
