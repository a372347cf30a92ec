import { openQueue } from '../../queue/open-queue.ts';
import { type EngineParts, usable } from './engine-parts.ts';
import { lockQueue } from './lock-queue.ts';
import { type OpenStores, storesOf } from './queue-stores.ts';

/** Opens the queue for writing as its one runner. Throws a UsageError that names the holder when there is another. */
export async function withRunner<T>(parts: EngineParts, name: string, work: (stores: OpenStores) => Promise<T>): Promise<T> {
  const db = usable(() => openQueue(parts.settings.dbPath));
  try {
    const release = lockQueue(db, name, parts.clock.now());
    try {
      return await work(storesOf(db, parts.output.redact));
    } finally {
      release();
    }
  } finally {
    db.close();
  }
}
