import type { Registry } from '../../job-type/registry.ts';
import type { Batch } from '../../queue/batch-store.ts';
import { askedParams } from '../../queue/job-row.ts';
import type { JobWithResult } from '../../queue/job-store.ts';
import { InvariantError } from '../../queue/ledger.ts';
import type { RequestCounts } from '../../queue/run-store.ts';
import type { ReportInput, ReportJob, ReportProvider, ReportState } from '../../report/report-input.ts';
import { type RunDocument, runDocument, type Stopped } from '../../report/run-document.ts';
import type { PredictedEnd } from '../../schedule/predict-end.ts';
import type { Micros } from '../../values/money.ts';
import type { OpenStores } from './queue-stores.ts';

/** Money of a batch by provider, from the ledger and the balances seen. */
export function moneyOf(stores: OpenStores, registry: Registry, batch: Batch): readonly ReportProvider[] {
  const counts = stores.batches.counts(batch.id);
  const totals = new Map(stores.ledger.totals(batch.id).map((money) => [money.provider, money]));
  const balances = new Map(stores.runs.balances(batch.id).map((pair) => [pair.provider, pair]));
  const names = [...new Set([...counts.map((count) => count.provider), ...totals.keys()])];
  return names.map((name) => {
    const provider = registry.providers[name];
    if (!provider) throw new InvariantError(`The queue holds jobs of ${name}, which this version of nightshift does not know`);
    const money = totals.get(name) ?? { reserved: 0, unknown: 0, charged: 0, refunded: 0 };
    const pair = balances.get(name);
    const old = pair?.source === 'account' && pair.afterAt !== null && isOld(stores, batch, name, pair.afterAt);
    return {
      name,
      unit: provider.unit,
      quoted: counts.filter((count) => count.provider === name).reduce((sum, count) => sum + count.quoted, 0),
      reserved: money.reserved,
      charged: money.charged,
      refunded: money.refunded,
      unknown: money.unknown,
      balanceBefore: pair?.before ?? null,
      balanceAfter: old ? null : (pair?.after ?? null),
      balanceOld: old,
      // What was booked after the second balance is no part of the difference between the two.
      otherBatches: pair?.beforeAt == null ? 0 : stores.ledger.netOfOthers(batch.id, name, pair.beforeAt, pair.afterAt),
      balanceFrom: pair ? pair.source : 'nowhere',
    };
  });
}

/**
 * Whether a run has booked something since the account was read, as one that was killed has: what was read is no balance after that, and nothing
 * to compare with the books. What a person books between two runs (`reconcile --abandon`) is about money that moved before the reading.
 */
function isOld(stores: OpenStores, batch: Batch, provider: string, readAt: number): boolean {
  const run = stores.runs.latest(batch.id);
  return run !== null && run.startedAt > readAt && stores.ledger.bookedAfter(batch.id, provider, readAt);
}

/** The counts of a batch by state. */
export function countsOf(stores: OpenStores, batch: Batch): Partial<Record<ReportState, number>> {
  const counts: Partial<Record<ReportState, number>> = {};
  for (const { state, jobs } of stores.batches.counts(batch.id)) counts[state] = (counts[state] ?? 0) + jobs;
  return counts;
}

/** `status --json`, and the document that ends a run: batch to date, requests and times of the last run. */
export function statusDocument(
  stores: OpenStores,
  registry: Registry,
  batch: Batch,
  ended: {
    readonly stopped: Stopped | null;
    readonly requests?: RequestCounts;
    readonly report: string | null;
    readonly left: PredictedEnd | null;
    /** A run is at work: what the account said last is no longer so. */
    readonly running?: boolean;
  },
): RunDocument {
  const run = stores.runs.latest(batch.id);
  const unpriced = new Set(stores.batches.unpricedProviders(batch.id));
  return runDocument({
    batch: batch.name,
    stopped: ended.stopped,
    jobs: countsOf(stores, batch),
    providers: moneyOf(stores, registry, batch).map((money) => ({
      ...money,
      ...(ended.running && money.balanceFrom === 'account' && { balanceAfter: null }),
      quoted: unpriced.has(money.name) ? null : money.quoted,
    })),
    outputs: stores.jobs.outputTotals(batch.id),
    requests: ended.requests ?? run?.requests ?? { submit: 0, poll: 0, other: 0, throttled: 0 },
    remaining: ended.left && { seconds: inSeconds(ended.left.ms), low: inSeconds(ended.left.lowMs), high: inSeconds(ended.left.highMs) },
    startedAt: run?.startedAt ?? null,
    endedAt: run?.endedAt ?? null,
    report: ended.report,
    paused: stores.control.pausedAt(batch.id) !== null,
  });
}

function inSeconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

/** What the cost report is computed from. */
export function reportInput(stores: OpenStores, registry: Registry, batch: Batch, stopped: string): ReportInput {
  const totals = stores.runs.totals(batch.id);
  return {
    batch: batch.name,
    stopped,
    startedAt: totals.startedAt ?? batch.createdAt,
    endedAt: stores.runs.latest(batch.id)?.endedAt ?? null,
    workedMs: totals.workedMs,
    providers: moneyOf(stores, registry, batch),
    requests: totals.requests,
    jobs: () => reportJobs(stores, batch),
  };
}

function* reportJobs(stores: OpenStores, batch: Batch): Generator<ReportJob> {
  // Jobs that the manifest no longer has are in the sums only when money was spent on them.
  for (const job of stores.jobs.withResults(batch.id, true)) {
    if (job.removed && job.charged === null && job.state !== 'unknown') continue;
    yield { ...job, params: askedParams(job), quoted: quotedToDate(job), outputs: job.files };
  }
}

/** What its attempts were to cost, and the next one where it is queued; null where no price is known. */
function quotedToDate({ quotedSoFar, quote, state, removed }: JobWithResult): Micros | null {
  if (quotedSoFar === null && quote === null) return null;
  return (quotedSoFar ?? 0) + (state === 'queued' && !removed ? (quote ?? 0) : 0);
}
