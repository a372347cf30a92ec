import type { Batch } from '../../queue/batch-store.ts';
import type { EngineParts } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';

/** How many jobs of a batch hold a slot of this name now, as the queue knows it. */
export function heldSlots({ registry }: EngineParts, stores: OpenStores, batch: Batch, provider: string, name: string): number {
  const flying = (['submitting', 'processing'] as const).flatMap((state) => stores.jobs.lanes(batch.id, state));
  return flying
    .filter((lane) => lane.provider === provider)
    .filter(({ family }) => registry.jobTypes.some((jobType) => jobType.family === family && jobType.slots.includes(name)))
    .reduce((sum, { jobs }) => sum + jobs, 0);
}
