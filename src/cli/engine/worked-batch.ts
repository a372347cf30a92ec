import type { Batch } from '../../queue/batch-store.ts';
import { nameRunner } from '../../queue/run-lock.ts';
import { batchOf } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';

/**
 * The batch that the one runner of a queue works, named or the one run last. From here on the queue says its name: whoever looks or steers
 * from another terminal knows a batch that is worked by nothing else.
 */
export function workedBatch(stores: OpenStores, name: string | null): Batch {
  const batch = batchOf(stores, name);
  nameRunner(stores.db, batch.name);
  return batch;
}
