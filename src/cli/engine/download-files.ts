import type { Batch } from '../../queue/batch-store.ts';
import type { FileDifference } from '../../queue/file-differences.ts';
import type { StoredJob } from '../../queue/job-row.ts';
import type { Stopped } from '../../report/run-document.ts';
import { Collector } from '../../work/collector.ts';
import { RequestTally } from '../../work/request-tally.ts';
import type { DownloadDocument, DownloadResult } from '../action-documents.ts';
import type { DownloadOptions } from '../nightshift.ts';
import type { Selection } from '../options/select-options.ts';
import { UsageError } from '../usage-error.ts';
import { assertFolderThere } from './check-out-folder.ts';
import { refuseUnknownNames, sayNothingSelected } from './check-selection.ts';
import { compareFiles } from './compare-files.ts';
import { assertQueue, batchOf, type EngineParts } from './engine-parts.ts';
import { findAgain } from './find-again.ts';
import { openContext } from './open-context.ts';
import { feedProgress } from './progress-feed.ts';
import type { OpenStores } from './queue-stores.ts';
import { readQueue } from './read-queue.ts';
import { storedSelectable } from './select-stored.ts';
import { settleFiles } from './settle-files.ts';
import { withRunner } from './with-runner.ts';
import { workedBatch } from './worked-batch.ts';

type Wanted = DownloadDocument['download']['wanted'];

/**
 * `download`: fetches the files of jobs that are generated and not all on disk, and those that vanished. It has no way to submit: nothing
 * here hands a job to a slot. The status of a job may be asked for a fresh URL, which costs nothing.
 */
export async function downloadFiles(parts: EngineParts, options: DownloadOptions): Promise<DownloadResult> {
  assertQueue(parts);
  if (options.dryRun) {
    return readQueue(parts, async (stores) => {
      const batch = batchOf(stores, options.batch);
      const missing = await missingOf(stores, batch);
      const wanted = [...wantedJobs(parts, stores, batch, options.selection, missing).values()];
      return resultOf(batch, { wanted, saved: 0, bytes: 0, left: [], lost: [], dry_run: true });
    });
  }
  return withRunner(parts, options.batch ?? 'download', async (stores) => {
    const batch = workedBatch(stores, options.batch);
    assertFolderThere(stores, batch);
    await findAgain(parts, stores, batch, batch.outDir);
    const differences = await compareFiles(stores, batch, { staged: false });
    await settleFiles(parts, stores, batch, differences);
    const missing = [...differences.of('missing')];
    differences.drop();
    const wanted = wantedJobs(parts, stores, batch, options.selection, missing);
    if (parts.sandbox && wanted.size > 0) throw sandboxIsGone(parts, [...wanted.values()]);
    reopen(stores, missing, wanted);
    const before = stores.jobs.outputTotals(batch.id);
    await collect(parts, stores, batch, wanted, options.signal);
    const after = stores.jobs.outputTotals(batch.id);
    const now = [...wanted].map(([seq, { id }]) => ({ id, state: stores.jobs.bySeq(seq)?.state }));
    const inState = (state: StoredJob['state']): string[] => now.filter((job) => job.state === state).map(({ id }) => id);
    const saved = { saved: after.files - before.files, bytes: after.bytes - before.bytes };
    const found = { wanted: [...wanted.values()], ...saved, left: inState('ready'), lost: inState('failed') };
    return resultOf(batch, found, options.signal.aborted);
  });
}

/** A sandbox ends with the run that started it: nobody has its files any more, and the accounts know nothing of its jobs. */
function sandboxIsGone({ suggest }: EngineParts, wanted: readonly Wanted[number][]): UsageError {
  const what = wanted.length === 1 ? `the files of ${wanted[0]!.id}` : `the files of ${wanted.length} jobs, ${wanted[0]!.id} first`;
  return new UsageError(
    `The sandbox that made ${what} is gone: it ended with its run, and its files with it. \`${suggest('run', null, 'MANIFEST')}\` makes again what was in flight and gives up what was finished; \`${suggest('retry', null, '--select', 'state:failed')}\` makes that again too. Nothing was changed`,
  );
}

function resultOf(batch: Batch, found: Omit<DownloadDocument['download'], 'batch'>, interrupted = false): DownloadResult {
  const reasons: Stopped[] = [];
  if (interrupted) reasons.push('interrupted');
  if (found.left.length > 0) reasons.push('outage');
  if (found.lost.length > 0) reasons.push('failures');
  return { document: { schema_version: 1, download: { batch: batch.name, ...found } }, reasons };
}

async function collect(
  parts: EngineParts,
  stores: OpenStores,
  batch: Batch,
  wanted: ReadonlyMap<number, unknown>,
  signal: AbortSignal,
): Promise<void> {
  if (wanted.size === 0) return;
  const tally = new RequestTally();
  const providers = [...new Set([...wanted.keys()].flatMap((seq) => stores.attempts.latest(seq)?.provider ?? []))];
  const { context, close } = openContext(parts, stores, batch, { providers, tally });
  const { events, control, desks } = context;
  const interrupted = (): void => control.stopWaiting();
  signal.addEventListener('abort', interrupted, { once: true });
  if (signal.aborted) interrupted();
  const { registry, output, logger, clock, suggest } = parts;
  const feed = { stores, registry, batch, control, desks, tally, events, output, logger, clock, suggest, left: () => null };
  const stopFeed = await feedProgress(feed);
  try {
    const collector = new Collector(
      context,
      parts.settings.downloads.concurrency,
      () => {},
      (job) => wanted.has(job.seq),
    );
    await collector.addStored();
    await collector.finish();
  } finally {
    stopFeed();
    signal.removeEventListener('abort', interrupted);
    await close();
  }
  if (control.error) throw control.error;
}

/** Done jobs whose files vanished are `ready` again, in one step: a done job with a file to be fetched is one that nobody looks for. */
function reopen(stores: OpenStores, all: readonly FileDifference[], wanted: ReadonlyMap<number, unknown>): void {
  const missing = all.filter(({ jobSeq }) => wanted.has(jobSeq));
  const attempts = new Map(missing.map(({ jobSeq, attemptId }) => [jobSeq, attemptId]));
  stores.db
    .transaction(() => {
      for (const file of missing) stores.outputs.vanished(file.outputId);
      for (const [jobSeq, attemptId] of attempts) stores.outputs.reopen(jobSeq, attemptId);
    })
    .immediate();
}

async function missingOf(stores: OpenStores, batch: Batch): Promise<readonly FileDifference[]> {
  const differences = await compareFiles(stores, batch, { staged: false });
  const missing = [...differences.of('missing')];
  differences.drop();
  return missing;
}

/** The jobs with a file to be fetched, by their number in the queue. */
function wantedJobs(
  parts: EngineParts,
  stores: OpenStores,
  batch: Batch,
  selection: Selection | null,
  missing: readonly FileDifference[],
): Map<number, Wanted[number]> {
  refuseUnknownNames(parts, stores, batch, selection);
  const wanted = new Map<number, Wanted[number]>();
  const seen = storedSelectable(stores, batch);
  for (let after = 0; ; ) {
    const page = stores.jobs.inState(batch.id, 'ready', after);
    for (const job of page) {
      const attempt = stores.attempts.latest(job.seq);
      const files = attempt ? stores.outputs.ofAttempt(attempt.id).filter(({ state }) => state === 'pending').length : 0;
      if (selection === null || selection.matches(seen(job))) wanted.set(job.seq, { id: job.id, files, why: 'ready' });
    }
    const last = page.at(-1);
    if (!last) break;
    after = last.seq;
  }
  for (const { jobSeq, jobId } of missing) {
    const job = selection === null ? null : stores.jobs.bySeq(jobSeq);
    if (selection !== null && (job === null || !selection.matches(seen(job)))) continue;
    wanted.set(jobSeq, { id: jobId, files: (wanted.get(jobSeq)?.files ?? 0) + 1, why: 'missing' });
  }
  if (wanted.size === 0) sayNothingSelected(parts, stores, batch, selection, 'has a file to be fetched');
  return wanted;
}
