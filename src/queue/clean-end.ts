import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';

/**
 * Whether a queue file is as its last runner left it. Checking the structure of a million jobs takes seconds, and says nothing new where the
 * last runner ended cleanly and nobody has written since. What SQLite cannot see, a value that changed, is found by the books and the
 * fingerprints in any case.
 */
export function isAsLeft(file: string): boolean {
  try {
    return !hasWal(file) && readFileSync(stampOf(file), 'utf8') === describe(file);
  } catch {
    return false;
  }
}

/** To be called when the last connection of a runner that ended cleanly is closed. Best effort: without it the next start checks. */
export function rememberAsLeft(file: string): void {
  try {
    // Somebody else still has it open, or writes already.
    if (hasWal(file)) rmSync(stampOf(file), { force: true });
    else writeFileSync(stampOf(file), describe(file), { mode: 0o600 });
  } catch {
    // A full disk, a folder that can no longer be written to: the next start takes the longer way.
  }
}

function stampOf(file: string): string {
  return `${file}.clean`;
}

function hasWal(file: string): boolean {
  return (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function describe(file: string): string {
  const { ino, size, mtimeNs } = statSync(file, { bigint: true });
  return JSON.stringify([ino, size, mtimeNs].map(String));
}
