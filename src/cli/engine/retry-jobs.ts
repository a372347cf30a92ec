import type { Batch } from '../../queue/batch-store.ts';
import type { StoredJob } from '../../queue/job-row.ts';
import { openQueue } from '../../queue/open-queue.ts';
import { toUnits } from '../../values/money.ts';
import type { RetryDocument } from '../documents.ts';
import type { RetryOptions } from '../nightshift.ts';
import { batchOf, type EngineParts, usable } from './engine-parts.ts';
import { lockQueue } from './lock-queue.ts';
import { type OpenStores, storesOf } from './queue-stores.ts';

/** `retry`: puts failed jobs back in the queue, after saying what they will cost. Sends nothing. */
export async function retryJobs(parts: EngineParts, options: RetryOptions): Promise<RetryDocument> {
  const db = usable(() => openQueue(parts.settings.dbPath));
  try {
    const stores = storesOf(db, parts.output.redact);
    const batch = batchOf(stores, options.batch);
    const release = lockQueue(db, batch.name, parts.clock.now());
    try {
      const { jobs, document } = retryPlan(stores, parts, batch);
      if (jobs.length > 0)
        await options.confirm({
          what: `${costText(document)} when they run again, for ${jobs.length === 1 ? '1 job' : `${jobs.length} jobs`}`,
          budget: batch.budget !== null,
        });
      db.transaction(() => {
        for (const job of jobs) stores.jobs.move(job.seq, 'failed', 'queued');
      }).immediate();
      return document;
    } finally {
      release();
    }
  } finally {
    db.close();
  }
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
