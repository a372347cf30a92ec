import type { Batch } from '../../queue/batch-store.ts';
import { openQueue } from '../../queue/open-queue.ts';
import type { SetOptions } from '../nightshift.ts';
import type { PauseState, SetDocument } from '../steer-documents.ts';
import { assertQueue, batchOf, type EngineParts, usable } from './engine-parts.ts';
import { runningWords } from './last-stop.ts';
import { type OpenStores, storesOf } from './queue-stores.ts';
import { setValue } from './set-value.ts';
import { countsOf } from './status-document.ts';

/** Whoever steers has nothing to keep waiting: a long write of the runner, such as a manifest of a million rows, is waited for. */
const PATIENCE_MS = 30_000;

/** `pause`: from the moment that this returns no submission of the batch is begun. */
export async function pauseBatch(parts: EngineParts, name: string | null): Promise<PauseState> {
  return steering(parts, name, (stores, batch) => {
    const since = stores.control.pausedAt(batch.id);
    stores.control.pause(batch.id, parts.clock.now());
    return pauseState(stores, batch, since !== null);
  });
}

/** `unpause`: a run at work goes on within a second. */
export async function unpauseBatch(parts: EngineParts, name: string | null): Promise<PauseState> {
  return steering(parts, name, (stores, batch) => {
    const since = stores.control.pausedAt(batch.id);
    stores.control.unpause(batch.id);
    return pauseState(stores, batch, since === null);
  });
}

/** `set`: changes how the batch is run. Throws a UsageError for what is not allowed; nothing is changed then. */
export async function setLive(parts: EngineParts, options: SetOptions): Promise<SetDocument> {
  return steering(parts, options.batch, (stores, batch) => {
    const changes = setValue(parts, stores, batch, options);
    return { schema_version: 1, set: { batch: batch.name, running: runningWords(stores, batch) !== null, changes } };
  });
}

function pauseState(stores: OpenStores, batch: Batch, unchanged: boolean): PauseState {
  const counts = countsOf(stores, batch);
  const since = stores.control.pausedAt(batch.id);
  return {
    batch: batch.name,
    paused: since !== null,
    since: since === null ? null : new Date(since).toISOString(),
    unchanged,
    running: runningWords(stores, batch) !== null,
    in_flight: (counts.submitting ?? 0) + (counts.processing ?? 0) + (counts.ready ?? 0),
    queued: counts.queued ?? 0,
  };
}

/** Opens the queue beside whoever works it. */
function steering<T>(parts: EngineParts, name: string | null, steer: (stores: OpenStores, batch: Batch) => T): T {
  assertQueue(parts);
  const db = usable(() => openQueue(parts.settings.dbPath));
  try {
    db.pragma(`busy_timeout = ${PATIENCE_MS}`);
    // The runner waits for no other writer for long: the lock is not held while the disk syncs. What it writes next brings these lines to the disk too.
    db.pragma('synchronous = NORMAL');
    const stores = storesOf(db, parts.output.redact);
    const result = steer(stores, batchOf(stores, name));
    db.pragma('wal_checkpoint(PASSIVE)');
    return result;
  } finally {
    db.close();
  }
}
