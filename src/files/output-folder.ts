import { accessSync, closeSync, constants, lstatSync, mkdirSync, openSync, rmdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDiskFull } from './disk-space.ts';
import { errorCode } from './error-code.ts';

/** Written and taken away again; a name that no output has. */
const PROBE = '.nightshift-probe.part';

/** Why no file could be saved below a folder, as far as that can be seen without writing; null when nothing speaks against it. */
export function whyNotWritable(folder: string): string | null {
  return reasonOf(() => {
    const at = nearest(folder);
    if (!statSync(at).isDirectory()) throw new Error(`${at} is a file`);
    accessSync(at, constants.W_OK | constants.X_OK);
  });
}

/** The same by trying it: some folders tell only then. The folder is made for that and taken away again. Throws where the disk is full. */
export function whyNotWritten(folder: string): string | null {
  const made: string[] = [];
  return (
    whyNotWritable(folder) ??
    reasonOf(() => {
      try {
        makeFolders(folder, made);
        const probe = join(folder, PROBE);
        try {
          const file = openSync(probe, 'w');
          try {
            writeSync(file, '.');
          } finally {
            closeSync(file);
          }
        } finally {
          rmSync(probe, { force: true });
        }
      } finally {
        for (const each of made.reverse()) rmdirSync(each);
      }
    })
  );
}

/**
 * Makes a folder and those above it, each in a step of its own: the recursive mkdir of Node 20 never comes back from a parent that is there and
 * takes no folders, such as /proc. Adds what it made to `made`, the topmost first.
 */
export function makeFolders(folder: string, made: string[] = []): void {
  const missing: string[] = [];
  for (let at = folder; !isThere(at); at = dirname(at)) missing.push(at);
  for (const each of missing.reverse()) {
    try {
      mkdirSync(each);
    } catch (error) {
      // Made by somebody else in this moment.
      if (errorCode(error) !== 'EEXIST') throw error;
      continue;
    }
    made.push(each);
  }
}

/** The nearest that is there of a path and the folders above it. */
function nearest(path: string): string {
  let at = path;
  while (!isThere(at) && dirname(at) !== at) at = dirname(at);
  return at;
}

/** Links that lead nowhere are there too: no folder can be made in their place. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (errorCode(error) === 'ENOTDIR') return false;
    throw error;
  }
}

function reasonOf(look: () => void): string | null {
  try {
    look();
    return null;
  } catch (error) {
    if (isDiskFull(error)) throw error;
    return (error as Error).message;
  }
}
