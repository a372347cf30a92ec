import type { PlanDocument } from '../../plan/plan-document.ts';
import type { Batch } from '../../queue/batch-store.ts';
import { type Micros, toUnits } from '../../values/money.ts';
import type { EngineParts } from './engine-parts.ts';
import type { ToPay } from './plan-result.ts';
import type { OpenStores } from './queue-stores.ts';
import { storedCounts } from './stored-counts.ts';

/** A plan document of what is stored, for a resume that is refused. */
export function storedPlan(
  parts: EngineParts,
  stores: OpenStores,
  batch: Batch,
  balances: Readonly<Record<string, Micros | null>>,
  toPay: readonly ToPay[],
  caps: Readonly<Record<string, Micros>>,
): PlanDocument {
  const counts = stores.batches.counts(batch.id);
  const cost = Object.fromEntries(
    [...new Set(counts.map((count) => count.provider))].map((name) => {
      const balance = balances[name] ?? null;
      const amount = toPay.filter((pay) => pay.provider === name).reduce((sum, pay) => sum + pay.amount, 0);
      const quoted = counts.filter((count) => count.provider === name).reduce((sum, count) => sum + count.quoted, 0);
      const shortfall =
        balance === null
          ? null
          : toUnits(Math.max(0, amount - (balance + stores.ledger.acceptedOf(name) - stores.ledger.outstandingOf(name))));
      const unit = parts.registry.providers[name]?.unit ?? 'units';
      return [
        name,
        {
          unit,
          total: toUnits(quoted),
          to_pay: toUnits(amount),
          unpriced_jobs: 0,
          balance: balance === null ? null : toUnits(balance),
          shortfall,
          cap: caps[name] === undefined ? null : toUnits(caps[name]),
          spent: caps[name] === undefined ? null : toUnits(stores.ledger.committed(batch.id, name)),
          by_model: [],
        },
      ];
    }),
  );
  return {
    schema_version: 1,
    batch: batch.name,
    jobs: storedCounts(stores, batch),
    cost,
    time: { seconds: 0, seconds_low: 0, seconds_high: 0, limited_by: '' },
    problems: [],
  };
}
