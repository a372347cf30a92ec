import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Batch } from '../../queue/batch-store.ts';
import type { StoredJob } from '../../queue/job-row.ts';
import { formatCount, formatJobs } from '../../report/format.ts';
import type { Selection } from '../options/select-options.ts';
import type { JobChange, Selectable } from '../options/selector.ts';
import type { EngineParts } from './engine-parts.ts';
import { nothingMatches } from './nothing-matches.ts';
import type { OpenStores } from './queue-stores.ts';

/** A stored job as a selector sees it; the disk is looked at only where `change:missing` asks. */
export function storedSelectable(stores: OpenStores, batch: Batch): (job: StoredJob) => Selectable {
  return (job) => ({ ...job, change: () => storedChange(stores, batch, job) });
}

function storedChange(stores: OpenStores, batch: Batch, job: StoredJob): JobChange {
  if (job.removed) return 'removed';
  const attempt = job.state === 'done' ? stores.attempts.latest(job.seq) : null;
  const files = attempt ? stores.outputs.ofAttempt(attempt.id) : [];
  return files.some(({ path }) => path !== null && !existsSync(join(batch.outDir, path))) ? 'missing' : 'unchanged';
}

/** What a resume means: the jobs of a selection, or all. The others stay queued. Throws a UsageError for a selection that takes nothing. */
export function selectStored(parts: EngineParts, stores: OpenStores, batch: Batch, selection: Selection | null): void {
  if (!selection) {
    stores.batches.mean(batch.id, null);
    return;
  }
  assertSelectsSome(stores, batch, selection);
  const selectable = storedSelectable(stores, batch);
  stores.batches.mean(batch.id, (seq) => {
    const job = stores.jobs.bySeq(seq);
    return job !== null && selection.matches(selectable(job));
  });
  const queued = stores.batches.counts(batch.id).reduce((sum, { state, jobs }) => sum + (state === 'queued' ? jobs : 0), 0);
  const meant = stores.batches.waiting(batch.id).reduce((sum, { jobs }) => sum + jobs, 0);
  if (meant < queued) parts.output.note(`${formatJobs(queued - meant)} of ${formatCount(queued)} queued are not selected and stay queued.`);
}

/** Throws a UsageError for a selection that takes nothing, with what there is to select. */
export function assertSelectsSome(stores: OpenStores, batch: Batch, selection: Selection): void {
  const selectable = storedSelectable(stores, batch);
  if (!any(stores.jobs.withResults(batch.id), (job) => selection.matches(selectable(job))))
    throw nothingMatches(selection, map(stores.jobs.withResults(batch.id), selectable));
}

function any<T>(items: Iterable<T>, holds: (item: T) => boolean): boolean {
  for (const item of items) if (holds(item)) return true;
  return false;
}

function* map<T, U>(items: Iterable<T>, change: (item: T) => U): Generator<U> {
  for (const item of items) yield change(item);
}
