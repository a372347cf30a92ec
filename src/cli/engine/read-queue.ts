import { type EngineParts, existingQueue } from './engine-parts.ts';
import { type OpenStores, storesOf } from './queue-stores.ts';

/** Opens the queue for reading, beside whoever works it, and closes it afterwards. Throws a UsageError when there is none yet. */
export async function readQueue<T>(parts: EngineParts, work: (stores: OpenStores) => Promise<T>): Promise<T> {
  const stores = storesOf(existingQueue(parts), parts.output.redact);
  try {
    return await work(stores);
  } finally {
    stores.db.close();
  }
}
