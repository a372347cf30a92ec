import type { Batch } from '../../queue/batch-store.ts';
import type { StoredJob } from '../../queue/job-row.ts';
import { formatMoney } from '../../report/format.ts';
import { type Micros, toUnits } from '../../values/money.ts';
import type { Cost } from '../action-documents.ts';
import { CapError } from '../cap-error.ts';
import type { ConfirmSpend } from '../confirm-spend.ts';
import { capsFor, type MoneyCap } from '../options/parse-money-flag.ts';
import { UsageError } from '../usage-error.ts';
import type { EngineParts } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';
import { mayStillSpend } from './standing-leave.ts';

type Priced = Pick<StoredJob, 'provider' | 'quote'>;

/** What these jobs will cost when they are submitted, by provider. */
export function priceOf(parts: EngineParts, jobs: Iterable<Priced>): Cost {
  return costOf(parts, sums(jobs));
}

/** Sums by provider as documents show them. */
export function costOf(parts: EngineParts, quotes: ReadonlyMap<string, Micros | null>): Cost {
  return Object.fromEntries(
    [...quotes].map(([name, sum]) => [
      name,
      { unit: parts.registry.providers[name]?.unit ?? '', total: sum === null ? null : toUnits(sum) },
    ]),
  );
}

/**
 * Asks before jobs that were at their end are queued again. A `--max-cost` that the batch would pass with them is refused here, before
 * anything is queued; a budget only says so, since `resume --max-cost` may raise it.
 */
export async function confirmRequeue(
  parts: EngineParts,
  stores: OpenStores,
  order: {
    readonly batch: Batch;
    readonly jobs: readonly Priced[];
    readonly maxCost: MoneyCap | null;
    readonly confirm: ConfirmSpend;
  },
): Promise<void> {
  const { batch, jobs } = order;
  if (jobs.length === 0) return;
  const again = sums(jobs);
  const unit = (name: string): string => parts.registry.providers[name]?.unit ?? 'units';
  const providers = [...new Set(stores.batches.counts(batch.id).map((count) => count.provider))];
  const caps = order.maxCost ? capsFor('--max-cost', order.maxCost, providers) : stores.control.caps(batch.id);
  for (const [name, sum] of again) {
    const cap = caps[name];
    if (cap === undefined) continue;
    if (sum === null && order.maxCost)
      throw new UsageError(
        `${name}: the price of some of these jobs is not known, so that --max-cost cannot be kept. Nothing was changed.`,
      );
    const queued = stores.batches.counts(batch.id).filter((count) => count.provider === name && count.state === 'queued');
    const before = stores.ledger.committed(batch.id, name) + queued.reduce((total, count) => total + count.quoted, 0);
    if (before + (sum ?? 0) <= cap) continue;
    const why = `${name}: these jobs need ${formatMoney(sum, unit(name))} beside the ${formatMoney(before, unit(name))} that are spent, in flight or queued, and the cap is ${formatMoney(cap, unit(name))}`;
    if (order.maxCost) throw new CapError(`${why}. Nothing was changed.`);
    parts.output.warn(`${why}: the next resume needs a higher --max-cost, or --partial.`);
  }
  const paying = [...again.keys()].map((provider) => ({ provider, jobs: 1 }));
  const count = jobs.length === 1 ? '1 job' : `${jobs.length.toLocaleString('en')} jobs`;
  const text = [...again].map(([name, sum]) => (sum === null ? `an unknown price at ${name}` : `${toUnits(sum)} ${unit(name)} of ${name}`));
  await order.confirm({ what: `${text.join(' and ')} when they run again, for ${count}`, budget: mayStillSpend(stores, batch, paying) });
}

/** Null where a price is not known. */
function sums(jobs: Iterable<Priced>): Map<string, Micros | null> {
  const found = new Map<string, Micros | null>();
  for (const { provider, quote } of jobs) {
    const sum = found.get(provider);
    found.set(provider, quote === null || sum === null ? null : (sum ?? 0) + quote);
  }
  return found;
}
