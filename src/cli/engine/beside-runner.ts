import { openQueue } from '../../queue/open-queue.ts';
import { type EngineParts, usable } from './engine-parts.ts';
import { type OpenStores, storesOf } from './queue-stores.ts';

/** Whoever steers has nothing to keep waiting: a long write of the runner, such as a manifest of a million rows, is waited for. */
const PATIENCE_MS = 30_000;

/** Opens the queue for short writes beside whoever works it. */
export async function besideRunner<T>(parts: EngineParts, steer: (stores: OpenStores) => T | Promise<T>): Promise<T> {
  const db = usable(() => openQueue(parts.settings.dbPath));
  try {
    db.pragma(`busy_timeout = ${PATIENCE_MS}`);
    // The runner waits for no other writer for long: the lock is not held while the disk syncs. What it writes next brings these lines to the disk too.
    db.pragma('synchronous = NORMAL');
    const result = await steer(storesOf(db, parts.output.redact));
    db.pragma('wal_checkpoint(PASSIVE)');
    return result;
  } finally {
    db.close();
  }
}
