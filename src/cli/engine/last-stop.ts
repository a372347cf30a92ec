import type { Batch } from '../../queue/batch-store.ts';
import { livingRunner } from '../../queue/run-lock.ts';
import type { Stopped } from '../../report/run-document.ts';
import type { OpenStores } from './queue-stores.ts';
import { countsOf } from './status-document.ts';

/**
 * Why a batch stands as it does; null while a run goes on, after it was killed, or before the first. What a run left behind may have been
 * settled since (reconcile, retry, late refunds), so that the state of the jobs counts where it says something.
 */
export function lastStop(stores: OpenStores, batch: Batch): Stopped | null {
  const run = stores.runs.latest(batch.id);
  if (run?.endedAt == null) return null;
  const counts = countsOf(stores, batch);
  const stopped = run.stopped as Stopped | null;
  if ((counts.unknown ?? 0) > 0 || (stopped === 'unknown' && stores.attempts.unknownElsewhere(batch.id).length > 0)) return 'unknown';
  if (stopped !== 'unknown' && stopped !== 'failures' && stopped !== 'completed') return stopped;
  return (counts.failed ?? 0) + (counts.rejected ?? 0) > 0 ? 'failures' : 'completed';
}

/** What a report says of the end of the last run: also that there is none, since it runs, or since it was killed or broke. */
export function reportStop(stores: OpenStores, batch: Batch): string {
  const run = stores.runs.latest(batch.id);
  if (run?.stopped != null) return run.stopped;
  if (runningWords(stores, batch) !== null) return 'running';
  return run === null ? 'not_run' : 'cut_off';
}

/** Who works a batch now, in words; null when nobody does. */
export function runningWords(stores: OpenStores, batch: Batch): string | null {
  const runner = livingRunner(stores.db);
  return runner?.batch === batch.name ? `by process ${runner.pid} on ${runner.host}` : null;
}

/**
 * The batch that a run works now; null while a run takes stock of what is stored, before anything is submitted, while it reports, and while
 * another command works the queue: what changes beside those is not seen by them.
 */
export function batchAtWork(stores: OpenStores): Batch | null {
  const runner = livingRunner(stores.db);
  const batch = runner && stores.batches.byName(runner.batch);
  const run = batch && stores.runs.latest(batch.id);
  return runner && run && run.endedAt === null && run.startedAt >= runner.startedAt ? batch : null;
}
