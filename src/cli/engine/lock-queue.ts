import type { QueueDb } from '../../queue/open-queue.ts';
import { QueueFileError } from '../../queue/queue-faults.ts';
import { RunnerBusyError, takeRunLock } from '../../queue/run-lock.ts';
import { UsageError } from '../usage-error.ts';

/** Takes the one runner's place of a queue. Throws a UsageError that names the holder when there is another, or says that the file is damaged. Returns the release. */
export function lockQueue(db: QueueDb, name: string, now: number): () => void {
  try {
    return takeRunLock(db, name, now);
  } catch (error) {
    throw error instanceof RunnerBusyError || error instanceof QueueFileError ? new UsageError(error.message) : error;
  }
}
