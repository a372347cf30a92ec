import type { Batch } from '../../queue/batch-store.ts';
import type { SetOptions } from '../nightshift.ts';
import type { PauseState, SetDocument } from '../steer-documents.ts';
import { besideRunner } from './beside-runner.ts';
import { assertQueue, batchOf, type EngineParts } from './engine-parts.ts';
import { runningWords } from './last-stop.ts';
import type { OpenStores } from './queue-stores.ts';
import { setValue } from './set-value.ts';
import { countsOf } from './status-document.ts';

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

/** Steers a batch beside whoever works it. */
async function steering<T>(parts: EngineParts, name: string | null, steer: (stores: OpenStores, batch: Batch) => T): Promise<T> {
  assertQueue(parts);
  return besideRunner(parts, (stores) => steer(stores, batchOf(stores, name)));
}
