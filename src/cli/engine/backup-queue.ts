import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DiskFullError } from '../../files/disk-space.ts';
import { moveFile, NameTakenError } from '../../files/place-file.ts';
import { copyQueue } from '../../queue/copy-queue.ts';
import { isFull, QueueFileError } from '../../queue/queue-faults.ts';
import type { BackupDocument } from '../documents.ts';
import { HaltError } from '../halt-error.ts';
import { UsageError } from '../usage-error.ts';
import { type EngineParts, existingQueue } from './engine-parts.ts';

/** `backup`: copies the queue into a new file, also while another process works it. Never overwrites. */
export async function backupQueue(parts: EngineParts, file: string): Promise<BackupDocument> {
  const target = resolve(parts.cwd, file);
  if (existsSync(target)) throw taken(file);
  const db = existingQueue(parts);
  // It has its name only when it is whole.
  const part = `${target}.part`;
  try {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await rm(part, { force: true });
    const { bytes } = await copyQueue(db, part, parts.clock.now());
    await moveFile(part, target);
    return { schema_version: 1, backup: { file: target, bytes } };
  } catch (error) {
    if (error instanceof NameTakenError) throw taken(file);
    if (isFull(error, part)) throw new HaltError(`${new DiskFullError(target, null).message}, or name a file on another disk`);
    throw error instanceof QueueFileError ? new UsageError(error.message) : error;
  } finally {
    await rm(part, { force: true });
    db.close();
  }
}

function taken(file: string): UsageError {
  return new UsageError(`${file} is there already, and a backup never takes the place of a file: name another one`);
}
