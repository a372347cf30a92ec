import type { Batch } from '../../queue/batch-store.ts';
import { formatAmount, formatMoney } from '../../report/format.ts';
import { soughtInWords } from '../../report/headline.ts';
import type { EngineParts } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';
import { soughtSlots } from './sought-slots.ts';

/** The caps of a batch, and the slots that somebody set: what a run keeps to besides the configuration. A sentence each. */
export function liveSettings(parts: EngineParts, stores: OpenStores, batch: Batch): readonly string[] {
  const { caps, slots } = stores.control.read(batch.id);
  const byHand = stores.control.capsByHand(batch.id);
  return [
    ...Object.entries(caps).map(([provider, cap]) => {
      const unit = parts.registry.providers[provider]?.unit ?? 'units';
      const committed = stores.ledger.committed(batch.id, provider);
      const set = byHand[provider] ?? cap;
      // Whoever set more would wonder.
      const lower = set > cap ? ` (the budget of the manifest: lower than the ${formatAmount(set)} that were set)` : '';
      return `${provider}: the cap is ${formatMoney(cap, unit)}${lower}, ${formatAmount(committed)} of it spent, in flight or unknown`;
    }),
    ...soughtSlots(parts, stores, batch).map((found) => `${found.provider}: ${soughtInWords(found)} slots, found while running`),
    ...Object.entries(slots).flatMap(([provider, set]) =>
      Object.entries(set).map(([name, max]) => {
        const limit = parts.settings.providers[provider]?.limits[name];
        const configured = limit?.kind === 'slots' ? `, ${limit.max} configured` : '';
        return `${provider}: ${name} is set to ${max}${configured}`;
      }),
    ),
  ];
}
