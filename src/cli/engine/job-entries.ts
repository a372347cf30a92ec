import type { Batch } from '../../queue/batch-store.ts';
import { askedParams } from '../../queue/job-row.ts';
import { toUnits } from '../../values/money.ts';
import type { JobEntry } from '../documents.ts';
import type { Selector } from '../options/selector.ts';
import type { OpenStores } from './queue-stores.ts';
import { storedSelectable } from './select-stored.ts';

/** The jobs of a batch as `jobs --json` shows them, streamed: those selected, at most `limit`. */
export function* jobEntries(
  stores: OpenStores,
  batch: Batch,
  { limit, select }: { readonly limit: number | null; readonly select: Selector | null },
): Generator<JobEntry> {
  let left = limit ?? Number.POSITIVE_INFINITY;
  const units = (micros: number | null): number | null => (micros === null ? null : toUnits(micros));
  const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
  const selectable = storedSelectable(stores, batch);
  // Also those that the manifest has dropped: they are paid for, and marked.
  for (const job of stores.jobs.withResults(batch.id, true)) {
    if (select && !select(selectable(job))) continue;
    if (left-- <= 0) return;
    yield {
      id: job.id,
      model: job.model,
      state: job.state,
      attempt: job.attempt,
      tags: job.tags,
      vars: job.vars,
      params: askedParams(job),
      quote: units(job.quote),
      charged: units(job.charged),
      refunded: units(job.refunded),
      remote_id: job.remoteId,
      error: job.error && {
        class: job.error.class,
        http_status: job.error.httpStatus,
        message: job.error.message,
        charged: job.error.charged,
      },
      outputs: job.files.map((file) => ({ path: file.path, bytes: file.bytes, sha256: file.sha256, media_type: file.mediaType })),
      created_at: new Date(job.createdAt).toISOString(),
      submitted_at: time(job.submittedAt),
      completed_at: time(job.completedAt),
      ...(job.removed && { removed: true }),
    };
  }
}
