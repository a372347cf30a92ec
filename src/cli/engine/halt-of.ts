import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { DiskFullError } from '../../files/disk-space.ts';
import { damageAdvice, isDamaged, isDiskFault, isFull, QueueFullError } from '../../queue/queue-faults.ts';
import { OutputFolderError } from '../../work/output-folder-error.ts';
import { HaltError } from '../halt-error.ts';

/** With so much room beside the queue, another disk is the full one. */
const ROOMY_BYTES = 8 * 1024 * 1024;

/** A full or failing disk and a damaged queue in words that say what to do; any other error as it is. */
export function haltOf(error: unknown, queue: string): unknown {
  if (error instanceof HaltError) return error;
  if (error instanceof QueueFullError || error instanceof OutputFolderError) return new HaltError(error.message, { cause: error });
  if (isDamaged(error))
    return new HaltError(
      `The queue file ${queue} is damaged: ${(error as Error).message}. Nothing more is submitted. ${damageAdvice(queue)}`,
      { cause: error },
    );
  if (!isFull(error, queue)) {
    if (!isDiskFault(error)) return error;
    const what = `${(error as Error).message} (${(error as NodeJS.ErrnoException).code})`;
    const advice = 'Nothing more is submitted, and what was stored stays. Look after the disk and run again: nothing is paid for twice';
    return new HaltError(`The queue file ${queue} cannot be read or written: ${what}. ${advice}`, { cause: error });
  }
  // The system names the file in its own errors; SQLite never says which of its files found no room.
  const { path } = error as NodeJS.ErrnoException;
  if (path !== undefined) return new HaltError(new DiskFullError(path, null).message, { cause: error });
  const { bavail, bsize } = statfsSync(dirname(queue));
  const elsewhere = bavail * bsize > ROOMY_BYTES ? `. If there is room, it is the disk of ${tmpdir()}, for temporary files` : '';
  return new HaltError(new QueueFullError(queue).message + elsewhere, { cause: error });
}
