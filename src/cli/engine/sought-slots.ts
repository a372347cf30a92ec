import type { Batch } from '../../queue/batch-store.ts';
import type { SoughtSlots } from '../../report/report-input.ts';
import type { EngineParts } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';

/** The slot limits of a batch's providers that are sought within a range, each with the size that was found so far. */
export function soughtSlots(parts: EngineParts, stores: OpenStores, batch: Batch): readonly SoughtSlots[] {
  const providers = [...new Set(stores.batches.counts(batch.id).map(({ provider }) => provider))];
  const set = stores.control.read(batch.id).slots;
  return providers.flatMap((provider) =>
    Object.entries(parts.settings.providers[provider]?.limits ?? {}).flatMap(([name, limit]) => {
      if (limit.kind !== 'slots' || limit.min === undefined || limit.min >= limit.max) return [];
      const { min, max } = limit;
      // As a run begins with it, at the lower end before there is anything to remember. One more may be tried just now.
      const found = stores.limits.slotLimit(provider, name)?.stands ?? min;
      const size = Math.min(Math.max(found, min), max, set[provider]?.[name] ?? max);
      return [{ provider, name, size, min, max }];
    }),
  );
}
