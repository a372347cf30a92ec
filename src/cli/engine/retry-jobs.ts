import type { Batch } from '../../queue/batch-store.ts';
import type { StoredJob } from '../../queue/job-row.ts';
import { toUnits } from '../../values/money.ts';
import type { RetryDocument } from '../documents.ts';
import type { RetryOptions } from '../nightshift.ts';
import { assertQueue, batchOf, type EngineParts } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';
import { withRunner } from './with-runner.ts';

/** `retry`: puts failed jobs back in the queue, after saying what they will cost. Sends nothing. */
export async function retryJobs(parts: EngineParts, options: RetryOptions): Promise<RetryDocument> {
  assertQueue(parts);
  return withRunner(parts, options.batch ?? 'retry', async (stores) => {
    const batch = batchOf(stores, options.batch);
    const { jobs, document } = retryPlan(stores, parts, batch);
    if (jobs.length > 0) {
      const count = jobs.length === 1 ? '1 job' : `${jobs.length} jobs`;
      await options.confirm({ what: `${costText(document)} when they run again, for ${count}`, budget: batch.budget !== null });
    }
    stores.db
      .transaction(() => {
        for (const job of jobs) stores.jobs.move(job.seq, 'failed', 'queued');
      })
      .immediate();
    return document;
  });
}

function costText(document: RetryDocument): string {
  return Object.entries(document.retry.cost)
    .map(([name, { unit, total }]) => (total === null ? `an unknown price at ${name}` : `${total} ${unit} of ${name}`))
    .join(' and ');
}

/** What a retry would put back: failed jobs, save those that are paid and lost; what was canceled and what is unknown are left alone. */
function retryPlan(
  stores: OpenStores,
  parts: EngineParts,
  batch: Batch,
): { readonly jobs: readonly StoredJob[]; readonly document: RetryDocument } {
  const failed = [...pages(stores, batch)];
  const jobs = failed.filter((job) => job.error?.class !== 'lost' && !job.removed);
  const rejected = stores.batches
    .counts(batch.id)
    .filter((count) => count.state === 'rejected')
    .reduce((sum, count) => sum + count.jobs, 0);
  const cost: Record<string, { unit: string; total: number | null }> = {};
  for (const job of jobs) {
    const sum = cost[job.provider] ?? { unit: parts.registry.providers[job.provider]?.unit ?? '', total: 0 };
    cost[job.provider] = sum;
    sum.total = job.quote === null || sum.total === null ? null : sum.total + toUnits(job.quote);
  }
  return {
    jobs,
    document: {
      schema_version: 1,
      retry: { batch: batch.name, requeued: jobs.length, left: failed.length - jobs.length + rejected, cost },
    },
  };
}

function* pages(stores: OpenStores, batch: Batch): Generator<StoredJob> {
  for (let after = 0; ; ) {
    const page = stores.jobs.inState(batch.id, 'failed', after);
    const last = page.at(-1);
    if (!last) return;
    yield* page;
    after = last.seq;
  }
}
