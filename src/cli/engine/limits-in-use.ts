import type { Batch } from '../../queue/batch-store.ts';
import { toUnits } from '../../values/money.ts';
import type { StatusLimits } from '../documents.ts';
import type { EngineParts } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';
import { soughtSlots } from './sought-slots.ts';

/** What a batch is held to at one provider, as `status --json` says it, and of a limit that is sought the range. */
export interface LimitsInUse extends StatusLimits {
  readonly slots: readonly SlotsInUse[];
}

/** One kind of slots; without a range where the configuration names one figure. */
export type SlotsInUse = StatusLimits['slots'][number] & { readonly range: { readonly min: number; readonly max: number } | null };

/** What a batch is held to at each of its providers, and how much of it is used: from the queue, also while another process runs it. */
export function limitsInUse(parts: EngineParts, stores: OpenStores, batch: Batch): ReadonlyMap<string, LimitsInUse> {
  const { caps, slots } = stores.control.read(batch.id);
  const sought = soughtSlots(parts, stores, batch);
  const held = heldSlots(parts, stores, batch);
  const now = parts.clock.now();
  const names = new Set(stores.batches.counts(batch.id).map(({ provider }) => provider));
  return new Map(
    [...names].map((provider) => {
      const limits = Object.entries(parts.settings.providers[provider]?.limits ?? {});
      const cap = caps[provider];
      const slotsOf = (name: string, configured: number): SlotsInUse => {
        const found = sought.find((each) => each.provider === provider && each.name === name);
        const max = Math.min(slots[provider]?.[name] ?? configured, found?.size ?? configured);
        return { name, held: held(provider, name), max, configured, range: found ? { min: found.min, max: found.max } : null };
      };
      return [
        provider,
        {
          cap: cap === undefined ? null : toUnits(cap),
          spent: toUnits(stores.ledger.committed(batch.id, provider)),
          slots: limits.flatMap(([name, limit]) => (limit.kind === 'slots' ? [slotsOf(name, limit.max)] : [])),
          windows: limits.flatMap(([name, limit]) =>
            limit.kind === 'window'
              ? limit.windows.map(({ max, windowMs }) => ({
                  name,
                  used: stores.limits.requests(provider, name, now - windowMs).length,
                  max,
                  seconds: windowMs / 1_000,
                }))
              : [],
          ),
        },
      ];
    }),
  );
}

/** The same as `status --json` has it: a document that is promised says no more than it did. */
export function statusLimits(parts: EngineParts, stores: OpenStores, batch: Batch): Record<string, StatusLimits> {
  const entries = [...limitsInUse(parts, stores, batch)].map(([provider, { slots, ...rest }]): [string, StatusLimits] => [
    provider,
    { ...rest, slots: slots.map(({ range: _, ...one }) => one) },
  ]);
  return Object.fromEntries(entries);
}

/** How many jobs of a batch hold a slot of a name now, as the queue knows it. */
function heldSlots({ registry }: EngineParts, stores: OpenStores, batch: Batch): (provider: string, name: string) => number {
  const flying = (['submitting', 'processing'] as const).flatMap((state) => stores.jobs.lanes(batch.id, state));
  const takes = (of: string, name: string): boolean => registry.jobTypes.some(({ family, slots }) => family === of && slots.includes(name));
  return (provider, name) =>
    flying.filter((lane) => lane.provider === provider && takes(lane.family, name)).reduce((sum, { jobs }) => sum + jobs, 0);
}
