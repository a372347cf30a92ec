import type { Batch } from '../../queue/batch-store.ts';
import { shellWord } from '../../report/command-line.ts';
import type { RegenerateAnswer, RegenerateCost, RegenerateFunds } from '../../review/review-view.ts';
import { toMicros, toUnits } from '../../values/money.ts';
import type { EngineParts } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';

/** What there is to pay `cost` from. From the queue alone: no provider is asked while a page waits. */
export function fundsOf(parts: EngineParts, stores: OpenStores, batch: Batch, cost: RegenerateCost): RegenerateAnswer['funds'] {
  const caps = stores.control.caps(batch.id);
  const budgets = stores.control.budget(batch.id);
  const counts = stores.batches.counts(batch.id);
  return Object.fromEntries(
    Object.entries(cost).map(([provider, { total }]): [string, RegenerateFunds] => {
      const cap = caps[provider];
      const queued = counts.filter((count) => count.provider === provider && count.state === 'queued');
      const taken = queued.reduce((sum, { quoted }) => sum + quoted, stores.ledger.committed(batch.id, provider));
      const needed = total === null ? taken : taken + toMicros(total);
      const raise = () =>
        // Above the budget of the manifest nothing can be set: only a command's own cap takes its place.
        needed > (budgets[provider] ?? needed)
          ? parts.suggest('resume', batch.name, '--max-cost', `${provider}=${toUnits(needed)}`)
          : parts.suggest('set', null, `${provider}.max-cost`, String(toUnits(needed)), '--batch', shellWord(batch.name));
      const balance = stores.runs.lastBalance(provider);
      return [
        provider,
        {
          cap: cap === undefined ? null : { most: toUnits(cap), left: toUnits(cap - taken), raise: needed > cap ? raise() : null },
          balance: balance && { amount: toUnits(balance.amount), at: new Date(balance.at).toISOString() },
        },
      ];
    }),
  );
}
