import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';

/** Checking a file of this size takes some tenths of a second: smaller ones are checked at each start. In bytes. */
const QUICKLY_CHECKED = 128 * 1024 * 1024;

/**
 * Whether a start may do without the check of the file: one so large that the check takes seconds, that nobody has written since its last
 * runner ended cleanly. By its time and size alone: damage that leaves both as they are (a disk that fails) is not seen then, save by the
 * books and the fingerprints.
 */
export function isTrusted(file: string): boolean {
  return statSync(file).size > QUICKLY_CHECKED && isAsLeft(file);
}

/** Whether a queue file has the size and the time with which its last runner left it. */
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
