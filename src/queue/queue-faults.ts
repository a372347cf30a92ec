import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';

/** A queue file that cannot be used, with what to do about it. */
export class QueueFileError extends Error {
  override readonly name = 'QueueFileError';
}

/** The disk that holds a queue is full. What was committed stays committed. */
export class QueueFullError extends Error {
  override readonly name = 'QueueFullError';

  constructor(file: string, cause?: unknown) {
    super(
      `The disk that holds ${file} is full. Nothing more is submitted. Free at least ${NEEDED_MB} MB there and run again: it goes on where it was, and nothing is paid for twice`,
      { cause },
    );
  }
}

/** The ballast, and room to work with. */
const NEEDED_MB = 8;

/** With less than this left a failed write is put down to the full disk. */
const NO_ROOM_BYTES = 64 * 1024;

/**
 * Whether SQLite or the system says that the disk, or the user's share of it, is full. Where the log's index is to grow, and under a
 * quota, SQLite reports no more than a failed write: then the disk that holds `file` is looked at.
 */
export function isFull(error: unknown, file: string): boolean {
  const code = codeOf(error);
  if (['SQLITE_FULL', 'ENOSPC', 'EDQUOT'].includes(code)) return true;
  if (!isFailedWrite(error)) return false;
  const { bavail, bsize } = statfsSync(dirname(file));
  return bavail * bsize < NO_ROOM_BYTES;
}

/** Whether a write of SQLite failed, for want of room or otherwise. */
export function isFailedWrite(error: unknown): boolean {
  return ['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_IOERR_SHMSIZE', 'SQLITE_IOERR_FSYNC'].includes(codeOf(error));
}

/** Whether the disk under the queue failed, whatever it was asked for. */
export function isDiskFault(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_IOERR');
}

/** Whether SQLite found the file damaged, or no queue at all. A schema format that it does not know has no code of its own. */
export function isDamaged(error: unknown): boolean {
  const code = codeOf(error);
  if (code === 'SQLITE_ERROR') return (error as Error).message === 'unsupported file format';
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}

/** Whether SQLite could not set up a write-ahead log, or what it shares between processes: network disks in the guise of local ones. */
export function isWithoutLog(error: unknown): boolean {
  return /^SQLITE_(?:IOERR_(?!WRITE|SHMSIZE)|CANTOPEN|PROTOCOL)/.test(codeOf(error));
}

/** The same in words. */
export function noLogText(error: unknown): string {
  return `its folder does not allow a write-ahead log (${codeOf(error)}); name a file on a local disk with --db`;
}

/** Whether SQLite gave up since another connection holds what is needed. */
export function isBusy(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_BUSY');
}

/** A fault in words. A log beside a damaged file belongs to it, and would be played into whatever takes its place. */
export function faultText(error: unknown, file: string): string {
  const said = error instanceof Error ? error.message : String(error);
  if (isDamaged(error)) return `${said}. Nothing was submitted. ${damageAdvice(file)}`;
  // How a disk that is none of this machine's shows, too.
  if (isDiskFault(error)) return `${said} (${codeOf(error)}); a queue needs a local disk that is well, name a file on one with --db`;
  return said;
}

/** What to do about a damaged queue. */
export function damageAdvice(file: string): string {
  return `Move ${file}, ${file}-wal and ${file}-shm away (keep them), put a backup in the place of the first, and run again`;
}

/** The same where a flipped byte may be what makes a queue look like something else. */
export function ifDamaged(file: string): string {
  return `If this version could read it before, it is damaged. ${damageAdvice(file)}`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
