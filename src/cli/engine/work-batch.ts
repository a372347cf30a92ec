import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { RUN_RESULTS } from '../../files/own-files.ts';
import type { Batch } from '../../queue/batch-store.ts';
import { formatJobs } from '../../report/format.ts';
import type { Stopped } from '../../report/run-document.ts';
import { renderTable } from '../../report/table.ts';
import type { PredictedEnd } from '../../schedule/predict-end.ts';
import type { RequestTally } from '../../work/request-tally.ts';
import { runBatch, type WorkResult } from '../../work/run-batch.ts';
import type { Stop } from '../../work/run-control.ts';
import type { RunResult } from '../documents.ts';
import { decisiveReason } from '../exit-codes.ts';
import { applyBrakes, type StopRules } from './brakes.ts';
import type { ProviderTrouble } from './check-money.ts';
import type { EngineParts } from './engine-parts.ts';
import { openContext } from './open-context.ts';
import { feedProgress } from './progress-feed.ts';
import type { OpenStores } from './queue-stores.ts';
import { soughtSlots } from './sought-slots.ts';
import { countsOf, reportInput, statusDocument } from './status-document.ts';
import { manifestOf } from './stored-manifest.ts';
import { timeLeft } from './time-left.ts';
import { writeReport } from './write-report.ts';
import { withdrawFailed, writeRunFiles } from './write-run-files.ts';
import { writeMissingSidecars } from './write-sidecars.ts';

/** How a stored batch is to be worked. */
export interface WorkOrder {
  readonly partial: boolean;
  readonly rules: StopRules;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Counts what this run sends, the look at the balance before it included. */
  readonly tally: RequestTally;
  /** Set: nothing is submitted, only what is in flight is collected, and this is why. */
  readonly only?: Stop;
  /** Providers that cannot be dealt with: the run goes on with the others. */
  readonly trouble?: readonly ProviderTrouble[];
  /** Jobs that have a file again without anything having been sent. */
  readonly foundAgain?: number;
  /** Each output gets a sidecar. */
  readonly sidecars?: boolean;
}

/** A provider that answers nothing for so long is given up for the run. */
const OUTAGE_MS = 5 * 60_000;

/** Works a stored batch off and reports. The caller holds the run lock. */
export async function workBatch(parts: EngineParts, stores: OpenStores, batch: Batch, order: WorkOrder): Promise<RunResult> {
  const { tally } = order;
  const providers = Object.keys(parts.registry.providers).filter(
    (name) => hasWork(stores, batch, name) || stores.attempts.madeReady(batch.id, name) || wasCutOff(stores, batch, name),
  );
  const { context, close } = openContext(parts, stores, batch, { providers, tally, sidecars: order.sidecars ?? false });
  for (const { provider, reason, message } of order.trouble ?? []) {
    context.control.stopProvider(provider, reason, message);
    context.control.giveUp(provider);
    parts.output.warn(`${message}. The other providers go on.`);
  }
  if (order.only) context.control.stop(order.only.reason, order.only.message);
  const release = applyBrakes(context, order.rules, order.signal, parts.output);
  const { desks, events } = context;
  const { registry, output, logger, clock } = parts;
  stores.ballast?.onSpent((error) => {
    // What room there is now is for the answers to what is submitted; polls and files can be had by the next run.
    context.control.fail(error);
    context.control.stopWaiting();
  });
  const submits = (provider: string): boolean => context.control.maySubmit(provider);
  const left = (): PredictedEnd | null => timeLeft(parts, stores, batch, submits);
  const stopFeed = await feedProgress({
    stores,
    left,
    registry,
    batch,
    control: context.control,
    desks,
    tally,
    events,
    output,
    logger,
    clock,
    suggest: parts.suggest,
  });
  let result: WorkResult;
  let withdrawn = false;
  try {
    withdrawn = stores.batches.counts(batch.id).some(({ state }) => state === 'queued') && (await withdrawFailed(batch));
    result = await runBatch(context, {
      partial: order.partial,
      downloadConcurrency: parts.settings.downloads.concurrency,
      outageMs: OUTAGE_MS,
      tally,
    });
  } finally {
    stopFeed();
    release();
    await close();
  }
  if (result.error) throw result.error;
  if (order.sidecars) await writeMissingSidecars(context, stores, batch);
  const reasons = reasonsOf(stores, batch, result);
  const stopped = decisiveReason(reasons) as Stopped;
  stores.runs.conclude(batch.id, stopped);
  const input = {
    ...reportInput(stores, parts.registry, batch, stopped),
    queueFlags: parts.queueFlags,
    slots: soughtSlots(parts, stores, batch),
  };
  const report = await writeReport(parts, batch, input);
  const document = statusDocument(stores, parts.registry, batch, {
    stopped,
    requests: tally.counts,
    report: relative(batch.outDir, report.path),
    left: timeLeft(parts, stores, batch),
  });
  const idle = Object.values(tally.counts).every((count) => count === 0) && reasons.length === 0;
  const changed = !idle || withdrawn || (order.foundAgain ?? 0) > 0;
  if (changed || !existsSync(join(batch.outDir, RUN_RESULTS))) await writeRunFiles(parts, stores, batch, document);
  const shown = renderTable(report.figures, { width: process.stderr.columns ?? 100, color: parts.output.colors.isColorSupported });
  const where = `Files: ${relative(parts.cwd, batch.outDir) || '.'}   Report: ${relative(parts.cwd, report.path)}`;
  const brake = result.stops.map(({ reason }) => reason).find((reason) => reason !== 'invariant');
  const otherwise = stores.batches.otherwise(batch.id);
  if (otherwise > 0)
    parts.output.note(
      `${formatJobs(otherwise)} never arrived and not sent again: the manifest has it otherwise now, or no more. \`${parts.suggest('run', manifestOf(parts, batch))}\` goes by the manifest.`,
    );
  sayWhatWaits(parts, stores, batch);
  const summary = idle && otherwise === 0 ? `Nothing to do: everything is there.\n${where}` : `${shown}\n${where}`;
  return { kind: 'ended', document, reasons, summary, ...(brake && { brake }) };
}

/** Jobs that stay queued since a job of another batch, whose outcome is unknown, could not be told from them. */
function sayWhatWaits(parts: EngineParts, stores: OpenStores, batch: Batch): void {
  const names = stores.attempts.unknownElsewhere(batch.id).flatMap(({ jobSeq }) => stores.jobs.nameOf(jobSeq) ?? []);
  const [first] = names;
  if (!first) return;
  const what =
    names.length === 1
      ? `${first.id} of batch ${first.batch}`
      : `${formatJobs(names.length)} of other batches, ${first.id} of batch ${first.batch} first`;
  parts.output.warn(
    `queued jobs wait for the outcome of ${what}: it is unknown, and the history could not tell their submissions apart. \`${parts.suggest('reconcile', first.batch)}\` settles it or says what to do; then \`${parts.suggest('resume', batch.name)}\``,
  );
}

/** Whether a provider has jobs of the batch that are not at their end. */
function hasWork(stores: OpenStores, batch: Batch, provider: string): boolean {
  const ended = ['done', 'failed', 'rejected', 'canceled'];
  return stores.batches.counts(batch.id).some((count) => count.provider === provider && !ended.includes(count.state));
}

/** Whether an earlier run ended before its last look at the account: its books are closed now, though nothing may be left to make. */
function wasCutOff(stores: OpenStores, batch: Batch, provider: string): boolean {
  const seen = stores.runs.balances(batch.id).find((pair) => pair.provider === provider);
  if (seen?.source !== 'account') return false;
  return seen.after === null || stores.runs.latest(batch.id)?.endedAt === null;
}

/** Why the run, or rather the batch, stands as it does (contract, section 7: exit codes). */
function reasonsOf(stores: OpenStores, batch: Batch, result: WorkResult): Stopped[] {
  const counts = countsOf(stores, batch);
  // A limit that left nothing undone did not stop the batch.
  const undone = stores.batches.waiting(batch.id).length > 0;
  const reasons = result.stops.flatMap(({ reason }: Stop): Stopped[] => {
    if (reason === 'invariant') return [];
    return !undone && (reason === 'duration' || reason === 'budget' || reason === 'no_funds') ? [] : [reason];
  });
  if ((counts.unknown ?? 0) > 0 || stores.attempts.unknownElsewhere(batch.id).length > 0) reasons.push('unknown');
  if ((counts.failed ?? 0) + (counts.rejected ?? 0) + result.unplaced > 0) reasons.push('failures');
  const inFlight = (counts.submitting ?? 0) + (counts.processing ?? 0) + (counts.ready ?? 0);
  // Whatever the reason may be: a batch that is not at its end is not called completed.
  if (result.notSaved > 0 || (reasons.length === 0 && inFlight > 0)) reasons.push('outage');
  return reasons;
}
