import { isDeepStrictEqual } from 'node:util';
import type { Batch } from '../../queue/batch-store.ts';
import { livingRunner } from '../../queue/run-lock.ts';
import { ReviewRefusal } from '../../review/review-host.ts';
import type { RegenerateAnswer, RegenerateCost } from '../../review/review-view.ts';
import type { RegenerateDocument } from '../action-documents.ts';
import { HaltError } from '../halt-error.ts';
import { problemLine, UsageError } from '../usage-error.ts';
import type { EngineParts } from './engine-parts.ts';
import { batchAtWork } from './last-stop.ts';
import type { OpenStores } from './queue-stores.ts';
import { OTHER_PRICE, regenerateBeside } from './regenerate-beside.ts';
import { regenerateJobs } from './regenerate-jobs.ts';
import { rejectedOf } from './rejected-results.ts';
import { decisionsCsv } from './review-csv.ts';
import { fundsOf } from './review-funds.ts';

/**
 * `regenerate --from decisions.csv` for the rejected among these outputs, asked from the page, also while a run is at work. `agreed`: the price
 * that the person was shown and said yes to; null only asks for it. Throws a ReviewRefusal for whatever the command refuses.
 */
export async function regenerateFromPage(
  parts: EngineParts,
  stores: OpenStores,
  batch: Batch,
  order: { readonly outputs: readonly number[]; readonly agreed: RegenerateCost | null },
): Promise<RegenerateAnswer> {
  const csv = decisionsCsv(stores, batch, new Set(order.outputs));
  const confirm = async () => {};
  const options = { batch: batch.name, jobs: [], selection: null, from: null, maxCost: null, confirm, dryRun: false };
  try {
    const rejected = rejectedOf(parts, Buffer.from(csv), 'decisions');
    const atWork = batchAtWork(stores);
    const plan = await regenerateJobs(parts, { ...options, dryRun: true }, rejected);
    const funds = fundsOf(parts, stores, batch, plan.regenerate.cost);
    const answer = (document: RegenerateDocument, queued: boolean): RegenerateAnswer => ({
      ...answerOf(document),
      ...{ funds, queued, run: atWork && (atWork.id === batch.id ? 'own' : 'other'), resume: parts.suggest('resume', batch.name) },
    });
    const { agreed } = order;
    if (agreed === null) return answer(plan, false);
    if (!isDeepStrictEqual(plan.regenerate.cost, agreed)) throw new UsageError(OTHER_PRICE);
    if (atWork !== null) return answer(await regenerateBeside(parts, batch, options, { rejected, agreed }), true);
    if (livingRunner(stores.db) !== null) throw new UsageError(BETWEEN);
    return answer(await regenerateJobs(parts, options, rejected), true);
  } catch (error) {
    if (error instanceof UsageError) throw new ReviewRefusal([error.message, ...error.problems.map(problemLine)].join('\n'));
    if (error instanceof HaltError) throw new ReviewRefusal(error.message);
    throw error;
  }
}

const BETWEEN =
  'A run is just beginning or ending, or another command works the queue. Nothing was queued, and what was decided is stored: try again in a moment.';

function answerOf({ regenerate }: RegenerateDocument): Pick<RegenerateAnswer, 'jobs' | 'left' | 'cost'> {
  return {
    jobs: regenerate.requeued.map(({ id, next_attempt, prompt }) => ({ id, attempt: next_attempt, prompt })),
    left: regenerate.skipped.map(({ id, why }) => `${id}: ${why}`),
    cost: regenerate.cost,
  };
}
