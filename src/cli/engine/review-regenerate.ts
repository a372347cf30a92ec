import { isDeepStrictEqual } from 'node:util';
import type { Batch } from '../../queue/batch-store.ts';
import { ReviewRefusal } from '../../review/review-host.ts';
import type { RegenerateAnswer, RegenerateCost, RegenerateFunds } from '../../review/review-view.ts';
import { toUnits } from '../../values/money.ts';
import type { RegenerateDocument } from '../action-documents.ts';
import { HaltError } from '../halt-error.ts';
import { problemLine, UsageError } from '../usage-error.ts';
import type { EngineParts } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';
import { regenerateJobs } from './regenerate-jobs.ts';
import { rejectedOf } from './rejected-results.ts';
import { decisionsCsv } from './review-csv.ts';

/**
 * `regenerate --from decisions.csv` for the rejected among these outputs, asked from the page. `agreed`: the price that the person was shown
 * and said yes to; null only asks for it. Throws a ReviewRefusal for whatever the command refuses.
 */
export async function regenerateFromPage(
  parts: EngineParts,
  stores: OpenStores,
  batch: Batch,
  order: { readonly outputs: readonly number[]; readonly agreed: RegenerateCost | null },
): Promise<RegenerateAnswer> {
  const csv = decisionsCsv(stores, batch, new Set(order.outputs));
  const ask = async (dryRun: boolean): Promise<RegenerateDocument> => {
    const confirm = async () => {};
    const options = { batch: batch.name, jobs: [], selection: null, from: null, maxCost: null, confirm, dryRun };
    return regenerateJobs(parts, options, rejectedOf(parts, Buffer.from(csv), 'decisions'));
  };
  const resume = parts.suggest('resume', batch.name);
  try {
    const plan = await ask(true);
    const funds = fundsOf(stores, batch, Object.keys(plan.regenerate.cost));
    const answer = (document: RegenerateDocument, queued: boolean) => answerOf(document, { funds, resume, queued });
    if (order.agreed === null) return answer(plan, false);
    if (!isDeepStrictEqual(plan.regenerate.cost, order.agreed))
      throw new ReviewRefusal('The price is another one now. Nothing was queued: close this, and look at it again.');
    return answer(await ask(false), true);
  } catch (error) {
    if (error instanceof UsageError) throw new ReviewRefusal([error.message, ...error.problems.map(problemLine)].join('\n'));
    if (error instanceof HaltError) throw new ReviewRefusal(error.message);
    throw error;
  }
}

function answerOf({ regenerate }: RegenerateDocument, rest: Pick<RegenerateAnswer, 'funds' | 'queued' | 'resume'>): RegenerateAnswer {
  return {
    jobs: regenerate.requeued.map(({ id, attempt, prompt }) => ({ id, attempt: attempt + 1, prompt })),
    left: regenerate.skipped.map(({ id, why }) => `${id}: ${why}`),
    cost: regenerate.cost,
    ...rest,
  };
}

/** From the queue alone: no provider is asked while a page waits. */
function fundsOf(stores: OpenStores, batch: Batch, providers: readonly string[]): RegenerateAnswer['funds'] {
  const caps = stores.control.caps(batch.id);
  const counts = stores.batches.counts(batch.id);
  return Object.fromEntries(
    providers.map((provider): [string, RegenerateFunds] => {
      const cap = caps[provider];
      const queued = counts.filter((count) => count.provider === provider && count.state === 'queued');
      const taken = queued.reduce((sum, { quoted }) => sum + quoted, stores.ledger.committed(batch.id, provider));
      const balance = stores.runs.lastBalance(provider);
      return [
        provider,
        {
          cap: cap === undefined ? null : { most: toUnits(cap), left: toUnits(cap - taken) },
          balance: balance && { amount: toUnits(balance.amount), at: new Date(balance.at).toISOString() },
        },
      ];
    }),
  );
}
