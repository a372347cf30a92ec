import type { Batch } from '../../queue/batch-store.ts';
import type { StoredJob } from '../../queue/job-row.ts';
import { formatJobs } from '../../report/format.ts';
import type { RetryDocument } from '../action-documents.ts';
import type { RetryOptions } from '../nightshift.ts';
import type { Selection } from '../options/select-options.ts';
import { refuseUnknownNames, sayNothingSelected } from './check-selection.ts';
import { assertQueue, batchOf, type EngineParts } from './engine-parts.ts';
import { mayBePaid } from './may-be-paid.ts';
import type { OpenStores } from './queue-stores.ts';
import { readQueue } from './read-queue.ts';
import { confirmRequeue, priceOf } from './requeue-price.ts';
import { storedSelectable } from './select-stored.ts';
import { withRunner } from './with-runner.ts';
import { workedBatch } from './worked-batch.ts';
import { withdrawFailed } from './write-run-files.ts';

/** `retry`: puts failed jobs back in the queue, after saying what they will cost. Sends nothing; a dry run changes nothing either. */
export async function retryJobs(parts: EngineParts, options: RetryOptions): Promise<RetryDocument> {
  assertQueue(parts);
  if (options.dryRun)
    return readQueue(parts, async (stores) => {
      const { document } = retryPlan(stores, parts, batchOf(stores, options.batch), options.selection);
      return { ...document, retry: { ...document.retry, dry_run: true } };
    });
  return withRunner(parts, options.batch ?? 'retry', async (stores) => {
    const batch = workedBatch(stores, options.batch);
    const { jobs, document } = retryPlan(stores, parts, batch, options.selection);
    await confirmRequeue(parts, stores, { batch, jobs, maxCost: options.maxCost, confirm: options.confirm });
    stores.db
      .transaction(() => {
        for (const job of jobs) stores.jobs.move(job.seq, job.state, 'queued');
      })
      .immediate();
    if (jobs.length > 0) await withdrawFailed(batch);
    return document;
  });
}

/** States that a retry may lead out of. `unknown` is not among them. */
const RETRIED = ['failed', 'rejected', 'canceled'] as const;

/** What a retry can take, in words. */
const ABLE = { chosen: 'is failed, rejected or canceled', plain: 'is failed and was not paid' } as const;

/** What a retry puts back: what is selected; without a `--select` failed jobs, save those that may be paid already. */
function retryPlan(
  stores: OpenStores,
  parts: EngineParts,
  batch: Batch,
  selection: Selection | null,
): { readonly jobs: readonly StoredJob[]; readonly document: RetryDocument } {
  refuseUnknownNames(parts, stores, batch, selection);
  const jobs: StoredJob[] = [];
  const seen = storedSelectable(stores, batch);
  const left = { paid: 0, refused: 0, others: 0 };
  for (const job of ended(stores, batch)) {
    const meant = selection?.matches(seen(job)) ?? true;
    const chosen = meant && (selection?.chooses || (job.state === 'failed' && !mayBePaid(job)));
    if (chosen) jobs.push(job);
    else if (job.state !== 'canceled') left[mayBePaid(job) ? 'paid' : job.state === 'rejected' ? 'refused' : 'others'] += 1;
  }
  if (!selection?.chooses) sayWhyLeft(parts, batch, left);
  if (jobs.length === 0) sayNothingSelected(parts, stores, batch, selection, ABLE[selection?.chooses ? 'chosen' : 'plain']);
  const retry = { batch: batch.name, requeued: jobs.length, left: left.paid + left.refused + left.others, cost: priceOf(parts, jobs) };
  return { jobs, document: { schema_version: 1, retry } };
}

/** What a plain retry leaves, why, and how to take it all the same. */
function sayWhyLeft({ output, suggest }: EngineParts, batch: Batch, left: { readonly paid: number; readonly refused: number }): void {
  if (left.paid > 0)
    output.note(
      `${formatJobs(left.paid)} left: paid and lost, or given up with an unknown outcome. To pay for one a second time, perhaps: \`${suggest('retry', batch.name, '--select', 'id:JOB')}\`.`,
    );
  if (left.refused > 0)
    output.note(
      `${formatJobs(left.refused)} left: refused by the API as they are. To try them all the same: \`${suggest('retry', batch.name, '--select', 'state:rejected')}\`.`,
    );
}

function* ended(stores: OpenStores, batch: Batch): Generator<StoredJob> {
  for (const state of RETRIED) {
    for (let after = 0; ; ) {
      const page = stores.jobs.inState(batch.id, state, after);
      const last = page.at(-1);
      if (!last) break;
      yield* page;
      after = last.seq;
    }
  }
}
