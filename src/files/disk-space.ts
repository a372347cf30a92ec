import { statfs } from 'node:fs/promises';
import { errorCode } from './error-code.ts';

/** The disk, or the user's share of it, is full. */
export class DiskFullError extends Error {
  override readonly name = 'DiskFullError';
  readonly path: string;
  /** Null: not known. */
  readonly bytesNeeded: number | null;

  constructor(path: string, bytesNeeded: number | null, cause?: unknown) {
    const needed = bytesNeeded === null ? '' : `; ${bytesNeeded} bytes more are needed`;
    super(`The disk is full: ${path} cannot be written${needed}. Free some space and run again; nothing is paid for twice`, { cause });
    this.path = path;
    this.bytesNeeded = bytesNeeded;
  }
}

/** Throws a DiskFullError when the disk that holds a folder has less than so many bytes free. */
export async function assertRoom(folder: string, path: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < bytes) throw new DiskFullError(path, bytes);
}

/** Whether an error says that a disk or a quota is full. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof DiskFullError || ['ENOSPC', 'EDQUOT'].includes(errorCode(error));
}
