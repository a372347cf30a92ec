import type { Batch } from '../../queue/batch-store.ts';
import { toUnits } from '../../values/money.ts';
import type { StatusLimits } from '../documents.ts';
import type { EngineParts } from './engine-parts.ts';
import { heldSlots } from './held-slots.ts';
import type { OpenStores } from './queue-stores.ts';
import { soughtSlots } from './sought-slots.ts';

/** What a batch is held to at each of its providers, and how much of it is used: from the queue, also while another process runs it. */
export function statusLimits(parts: EngineParts, stores: OpenStores, batch: Batch): Record<string, StatusLimits> {
  const { caps, slots } = stores.control.read(batch.id);
  const sought = soughtSlots(parts, stores, batch);
  const found = (provider: string, name: string): number | undefined =>
    sought.find((each) => each.provider === provider && each.name === name)?.size;
  const now = parts.clock.now();
  const names = [...new Set(stores.batches.counts(batch.id).map(({ provider }) => provider))];
  const entries = names.map((provider): [string, StatusLimits] => {
    const limits = Object.entries(parts.settings.providers[provider]?.limits ?? {});
    const cap = caps[provider];
    return [
      provider,
      {
        cap: cap === undefined ? null : toUnits(cap),
        spent: toUnits(stores.ledger.committed(batch.id, provider)),
        slots: limits.flatMap(([name, limit]) =>
          limit.kind === 'slots'
            ? [
                {
                  name,
                  held: heldSlots(parts, stores, batch, provider, name),
                  max: Math.min(slots[provider]?.[name] ?? limit.max, found(provider, name) ?? limit.max),
                  configured: limit.max,
                },
              ]
            : [],
        ),
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
  });
  return Object.fromEntries(entries);
}
