import type { Registry } from '../../job-type/registry.ts';
import type { Batch } from '../../queue/batch-store.ts';
import type { ProgressSnapshot } from '../output/progress-snapshot.ts';
import type { OpenStores } from './queue-stores.ts';
import { countsOf, moneyOf } from './status-document.ts';

/** Jobs and money of a batch as the display shows them, from the queue. */
export function standing(stores: OpenStores, registry: Registry, batch: Batch): Pick<ProgressSnapshot, 'jobs' | 'money'> {
  const counts = countsOf(stores, batch);
  const caps = stores.control.caps(batch.id);
  const of = (...states: (keyof typeof counts)[]): number => states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  const jobs = {
    done: of('done'),
    failed: of('failed', 'rejected'),
    inFlight: of('submitting', 'processing', 'ready'),
    queued: of('queued'),
    unknown: of('unknown'),
  };
  return {
    // Nobody waits for what was canceled.
    jobs: { total: Object.values(jobs).reduce((sum, count) => sum + count, 0), ...jobs },
    money: moneyOf(stores, registry, batch).map((money) => ({
      provider: money.name,
      unit: money.unit,
      spent: money.charged - money.refunded,
      reserved: money.reserved + money.unknown,
      cap: caps[money.name] ?? null,
    })),
  };
}
