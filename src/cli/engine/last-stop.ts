import type { Batch } from '../../queue/batch-store.ts';
import type { Stopped } from '../../report/run-document.ts';
import type { OpenStores } from './queue-stores.ts';

/** Why the last run of a batch ended; null while it goes on, after it was killed, or before the first. */
export function lastStop(stores: OpenStores, batch: Batch): Stopped | null {
  const run = stores.runs.latest(batch.id);
  return run?.endedAt == null ? null : (run.stopped as Stopped | null);
}
