import { EventEmitter } from 'node:events';
import { relative } from 'node:path';
import type { ModelCatalog } from '../../job-type/capabilities.ts';
import type { Batch } from '../../queue/batch-store.ts';
import { renderReport } from '../../report/render-report.ts';
import type { Stopped } from '../../report/run-document.ts';
import { nextPollDelay } from '../../schedule/poll-policy.ts';
import type { Micros } from '../../values/money.ts';
import { BalanceWatch } from '../../work/balance-watch.ts';
import type { RequestTally } from '../../work/request-tally.ts';
import { runBatch, type WorkResult } from '../../work/run-batch.ts';
import { RunControl, type Stop } from '../../work/run-control.ts';
import type { WorkContext } from '../../work/work-context.ts';
import type { WorkEvents } from '../../work/work-events.ts';
import type { RunResult } from '../documents.ts';
import { decisiveReason } from '../exit-codes.ts';
import { cachedModels, catalogOf } from './catalogs.ts';
import type { EngineParts } from './engine-parts.ts';
import { openDesks } from './open-desks.ts';
import { feedProgress } from './progress-feed.ts';
import type { OpenStores } from './queue-stores.ts';
import { openSaver } from './save-files.ts';
import { sha256 } from './sha256.ts';
import { countsOf, reportInput, statusDocument } from './status-document.ts';
import { writeReport } from './write-report.ts';

/** How a stored batch is to be worked. */
export interface WorkOrder {
  readonly caps: Readonly<Record<string, Micros>>;
  readonly partial: boolean;
  readonly failFast: boolean;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Counts what this run sends, the look at the balance before it included. */
  readonly tally: RequestTally;
}

/** A provider that answers nothing for so long is given up for the run. */
const OUTAGE_MS = 5 * 60_000;
/** After Ctrl-C what is in flight is collected for so long; all of it can be resumed for free. */
const GRACE_MS = 60_000;

/** Works a stored batch off and reports. The caller holds the run lock. */
export async function workBatch(parts: EngineParts, stores: OpenStores, batch: Batch, order: WorkOrder): Promise<RunResult> {
  const control = new RunControl();
  const { tally } = order;
  const events: WorkEvents = new EventEmitter();
  const names = Object.keys(parts.registry.providers).filter((name) => hasWork(stores, batch, name));
  const { desks, close } = openDesks(parts, names, { limits: stores.limits, tally, events });
  const saver = openSaver(parts, batch);
  const release = brake(control, order, events, parts);
  const context: WorkContext = {
    batch,
    catalog: catalogs(parts, stores),
    registry: parts.registry,
    stores,
    desks,
    balances: Object.fromEntries(Object.keys(desks).map((name) => [name, new BalanceWatch(stores.ledger, name)])),
    caps: order.caps,
    control,
    events,
    clock: parts.clock,
    random: Math.random,
    pollPolicy: nextPollDelay,
    sha256,
    ...saver,
  };
  const stopFeed = feedProgress({
    stores,
    registry: parts.registry,
    batch,
    caps: order.caps,
    desks,
    tally,
    events,
    output: parts.output,
    logger: parts.logger,
    clock: parts.clock,
  });
  let result: WorkResult;
  try {
    result = await runBatch(context, {
      partial: order.partial,
      downloadConcurrency: parts.settings.downloads.concurrency,
      outageMs: OUTAGE_MS,
      tally,
    });
  } finally {
    stopFeed();
    release();
    await Promise.all([close(), saver.close()]);
  }
  if (result.error) throw result.error;
  const reasons = reasonsOf(stores, batch, result);
  const stopped = decisiveReason(reasons) as Stopped;
  stores.runs.conclude(batch.id, stopped);
  const input = reportInput(stores, parts.registry, batch, stopped);
  const report = await writeReport(parts, batch, input);
  const document = statusDocument(stores, parts.registry, batch, { stopped, requests: tally.counts, report });
  const shown = [
    ...renderReport(input, 'table', { width: process.stderr.columns ?? 100, color: parts.output.colors.isColorSupported }),
  ].join('');
  const where = `Files: ${relative(parts.cwd, batch.outDir) || '.'}   Report: ${relative(parts.cwd, report)}`;
  return { kind: 'ended', document, reasons, summary: `${shown}\n${where}` };
}

/** Whether a provider has jobs of the batch that are not at their end. */
function hasWork(stores: OpenStores, batch: Batch, provider: string): boolean {
  const ended = ['done', 'failed', 'rejected', 'canceled'];
  return stores.batches.counts(batch.id).some((count) => count.provider === provider && !ended.includes(count.state));
}

function catalogs(parts: EngineParts, stores: OpenStores): (provider: string) => ModelCatalog {
  const known = new Map<string, ModelCatalog>();
  return (name) => {
    const provider = parts.registry.providers[name];
    const settings = parts.settings.providers[name];
    if (!provider || !settings) throw new Error(`Cannot read the models of ${name}: this version does not know it`);
    const catalog = known.get(name) ?? catalogOf(provider, settings, cachedModels(stores.cache, name));
    known.set(name, catalog);
    return catalog;
  };
}

/** Connects Ctrl-C and --fail-fast to the brakes of the run. */
function brake(control: RunControl, order: WorkOrder, events: WorkEvents, parts: EngineParts): () => void {
  let grace: NodeJS.Timeout | null = null;
  const interrupted = (): void => {
    control.stop('interrupted', 'interrupted');
    grace = setTimeout(() => control.stopWaiting(), GRACE_MS);
    grace.unref();
  };
  if (order.signal.aborted) interrupted();
  else order.signal.addEventListener('abort', interrupted, { once: true });
  if (order.failFast) {
    events.on('job', ({ id, state }) => {
      if (state !== 'failed' && state !== 'rejected') return;
      if (!control.submitting.aborted) parts.output.warn(`--fail-fast: ${id} ${state}; nothing more is submitted`);
      control.stop('failures', `${id} ${state}`);
    });
  }
  return () => {
    if (grace) clearTimeout(grace);
    order.signal.removeEventListener('abort', interrupted);
  };
}

/** Why the run, or rather the batch, stands as it does (contract, section 7: exit codes). */
function reasonsOf(stores: OpenStores, batch: Batch, result: WorkResult): Stopped[] {
  const counts = countsOf(stores, batch);
  const reasons = result.stops.flatMap((stop: Stop): Stopped[] => (stop.reason === 'invariant' ? [] : [stop.reason]));
  if ((counts.unknown ?? 0) > 0) reasons.push('unknown');
  if ((counts.failed ?? 0) + (counts.rejected ?? 0) > 0) reasons.push('failures');
  if (result.notSaved > 0) reasons.push('outage');
  return reasons;
}
