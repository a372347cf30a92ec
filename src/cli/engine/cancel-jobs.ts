import type { Batch } from '../../queue/batch-store.ts';
import type { StoredJob } from '../../queue/job-row.ts';
import { IN_FLIGHT } from '../../queue/job-states.ts';
import { openQueue } from '../../queue/open-queue.ts';
import { shellWord } from '../../report/command-line.ts';
import { formatJobs } from '../../report/format.ts';
import type { CancelDocument } from '../action-documents.ts';
import type { CancelOptions } from '../nightshift.ts';
import { refuseUnknownNames, sayNothingSelected } from './check-selection.ts';
import { assertQueue, batchOf, type EngineParts, usable } from './engine-parts.ts';
import { haltOf } from './halt-of.ts';
import { type OpenStores, storesOf } from './queue-stores.ts';
import { readQueue } from './read-queue.ts';
import { costOf, priceOf } from './requeue-price.ts';
import { storedSelectable } from './select-stored.ts';
import { countsOf } from './status-document.ts';

/**
 * `cancel`: takes queued jobs out of the queue. It takes no runner's place, so that it works on a running batch too: see
 * RegenerationStore.takeOut for why that is safe. What is in flight is paid for and is collected by the runner.
 */
export async function cancelJobs(parts: EngineParts, options: CancelOptions): Promise<CancelDocument> {
  assertQueue(parts);
  if (options.dryRun) {
    return readQueue(parts, async (stores) => {
      const batch = batchOf(stores, options.batch);
      const jobs = meant(parts, stores, batch, options);
      const again = jobs.filter((job) => stores.regenerations.isRestorable(job.seq)).length;
      return documentOf(stores, batch, { canceled: jobs.length - again, restored: again, cost: priceOf(parts, jobs), dry_run: true });
    });
  }
  const db = usable(() => openQueue(parts.settings.dbPath));
  try {
    const stores = storesOf(db, parts.output.redact);
    const batch = batchOf(stores, options.batch);
    const seqs = meant(parts, stores, batch, options).map((job) => job.seq);
    const { canceled, restored, edits, quotes } = stores.regenerations.takeOut(seqs);
    if (edits > 0)
      parts.output.note(
        `${formatJobs(edits)} done as before an edit of the manifest: while the manifest has it, the next \`run\` queues it again. Undo it there, or \`${parts.suggest('adopt', null, '--batch', shellWord(batch.name), '--select', 'change:changed')}\` keeps what was made.`,
      );
    return documentOf(stores, batch, { canceled, restored, cost: costOf(parts, new Map(Object.entries(quotes))) });
  } catch (error) {
    throw haltOf(error, db.name);
  } finally {
    db.close();
  }
}

function documentOf(stores: OpenStores, batch: Batch, found: Omit<CancelDocument['cancel'], 'batch' | 'in_flight'>): CancelDocument {
  const counts = countsOf(stores, batch);
  const inFlight = IN_FLIGHT.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  const { canceled, restored, cost, ...dry } = found;
  return { schema_version: 1, cancel: { batch: batch.name, canceled, restored, in_flight: inFlight, cost, ...dry } };
}

/** The queued jobs that are meant; says why where there are none. Throws a UsageError for a name that is none. */
function meant(parts: EngineParts, stores: OpenStores, batch: Batch, options: CancelOptions): readonly StoredJob[] {
  refuseUnknownNames(parts, stores, batch, options.selection);
  const jobs = [...queued(stores, batch, options)];
  if (jobs.length === 0) sayNothingSelected(parts, stores, batch, options.selection, 'is queued');
  return jobs;
}

function* queued(stores: OpenStores, batch: Batch, { selection }: CancelOptions): Generator<StoredJob> {
  const seen = storedSelectable(stores, batch);
  for (let after = 0; ; ) {
    const page = stores.jobs.inState(batch.id, 'queued', after);
    const last = page.at(-1);
    if (!last) return;
    for (const job of page) if (selection === null || selection.matches(seen(job))) yield job;
    after = last.seq;
  }
}
