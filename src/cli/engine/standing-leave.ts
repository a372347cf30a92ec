import type { Batch } from '../../queue/batch-store.ts';
import type { ToPay } from './plan-result.ts';
import type { OpenStores } from './queue-stores.ts';

/** Who is to be paid. */
type Paying = Pick<ToPay, 'provider' | 'jobs'>;

/**
 * Whether a batch may be paid for without being asked: its manifest has a budget, or its cap was set by hand. A cap of an earlier command's
 * `--max-cost` still holds, but was leave for that command only.
 */
export function mayStillSpend(stores: OpenStores, batch: Batch, toPay: readonly Paying[]): boolean {
  return batch.leave || isCappedByHand(stores, batch, toPay);
}

/** Whether somebody has set a cap of the batch, by hand, at every provider that is to be paid or may be: one cap is no leave at the other. */
export function isCappedByHand(stores: OpenStores, batch: Batch, toPay: readonly Paying[]): boolean {
  const byHand = stores.control.capsByHand(batch.id);
  const unknown = stores.batches.meant(batch.id, ['submitting', 'unknown']);
  return [...toPay, ...unknown].every(({ provider, jobs }) => jobs === 0 || byHand[provider] !== undefined);
}
