import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { glob } from 'tinyglobby';

/** The files that a pattern names, as paths relative to the manifest's folder, sorted; empty where nothing matches. */
export type FindFiles = (pattern: string) => Promise<readonly string[]>;

/** Whether a path holds a sign of a pattern. Round brackets do not count: `photo (1).jpg` is a name that cameras and browsers give. */
export function looksLikePattern(path: string): boolean {
  return /[*?[\]{}]/.test(path);
}

/**
 * Finds files by glob (`photos/*.jpg`, `photos/**`, `{front,back}.png`) below or beside a folder. A file whose own name is the pattern wins:
 * `shot[1].jpg` may well exist. Sorted by character code, so that the order is the same on every machine. Each pattern is looked up once.
 */
export function fileFinder(folder: string): FindFiles {
  const seen = new Map<string, Promise<readonly string[]>>();
  return (pattern) => {
    const found = seen.get(pattern) ?? findFiles(folder, pattern);
    seen.set(pattern, found);
    return found;
  };
}

async function findFiles(folder: string, pattern: string): Promise<readonly string[]> {
  const named = await stat(resolve(folder, pattern)).catch(() => null);
  if (named?.isFile()) return [pattern];
  const found = await glob(pattern, { cwd: folder, onlyFiles: true, expandDirectories: false, dot: false });
  return [...found].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
