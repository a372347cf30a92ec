import { isDeepStrictEqual } from 'node:util';
import type { Batch } from '../../queue/batch-store.ts';
import { ReviewRefusal } from '../../review/review-host.ts';
import type { RegenerateAnswer, RegenerateCost } from '../../review/review-view.ts';
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
    if (order.agreed === null) return answerOf(plan, false, resume);
    if (!isDeepStrictEqual(plan.regenerate.cost, order.agreed))
      throw new ReviewRefusal('The price is another one now. Nothing was queued: close this, and look at it again.');
    return answerOf(await ask(false), true, resume);
  } catch (error) {
    if (error instanceof UsageError) throw new ReviewRefusal([error.message, ...error.problems.map(problemLine)].join('\n'));
    if (error instanceof HaltError) throw new ReviewRefusal(error.message);
    throw error;
  }
}

function answerOf({ regenerate }: RegenerateDocument, queued: boolean, resume: string): RegenerateAnswer {
  return {
    jobs: regenerate.requeued.map(({ id, attempt, prompt }) => ({ id, attempt: attempt + 1, prompt })),
    left: regenerate.skipped.map(({ id, why }) => `${id}: ${why}`),
    cost: regenerate.cost,
    queued,
    resume,
  };
}
