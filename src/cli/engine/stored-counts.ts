import type { PlanDocument } from '../../plan/plan-document.ts';
import type { Batch } from '../../queue/batch-store.ts';
import type { OpenStores } from './queue-stores.ts';

/** The jobs of a stored batch as a plan counts them. Without its manifest nothing is new or changed; what was removed is known from the last run. */
export function storedCounts(stores: Pick<OpenStores, 'batches'>, batch: Batch): PlanDocument['jobs'] {
  const total = stores.batches.counts(batch.id).reduce((sum, { jobs }) => sum + jobs, 0);
  return { total, new: 0, changed: 0, unchanged: total, missing: 0, removed: stores.batches.total(batch.id) - total };
}
