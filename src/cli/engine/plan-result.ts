import { changeReason } from '../../plan/diff.ts';
import { type Forecast, forecast } from '../../plan/forecast.ts';
import type { PlanDocument } from '../../plan/plan-document.ts';
import { planCosts } from '../../plan/price-plan.ts';
import { formatCount } from '../../report/format.ts';
import { predictEnd } from '../../schedule/predict-end.ts';
import { type Micros, toUnits } from '../../values/money.ts';
import type { PlanResult } from '../documents.ts';
import type { EngineParts } from './engine-parts.ts';
import { lostAnswerLine } from './lost-answer-line.ts';
import { missingFiles, type StagedPlan } from './plan-batch.ts';
import type { OpenStores } from './queue-stores.ts';
import { workLeft } from './work-left.ts';

/** What is to pay at one provider before a run. */
export interface ToPay {
  readonly provider: string;
  readonly jobs: number;
  readonly amount: Micros;
  readonly unpriced: number;
}

/** A plan for people lists so many jobs of a kind, and counts the rest. */
const LISTED = 10;

/** What the run of a plan would pay, by provider. */
export function toPayOf(plan: StagedPlan): readonly ToPay[] {
  const sums = new Map<string, { jobs: number; amount: Micros; unpriced: number }>();
  for (const cost of plan.staging.costs(plan.batch?.id ?? null)) {
    const sum = sums.get(cost.provider) ?? { jobs: 0, amount: 0, unpriced: 0 };
    sum.jobs += cost.toPayJobs;
    sum.amount += cost.toPay;
    sum.unpriced += cost.unpricedToPay;
    sums.set(cost.provider, sum);
  }
  return [...sums].map(([provider, sum]) => ({ provider, ...sum }));
}

/** The plan as a document and as lines for people. `balances` in micros, null where not known. */
export function planResult(
  parts: EngineParts,
  stores: OpenStores,
  plan: StagedPlan,
  balances: Readonly<Record<string, Micros | null>>,
): PlanResult {
  const batchId = plan.batch?.id ?? null;
  const counts = plan.staging.counts(batchId);
  const missing = missingIds(stores, plan).length;
  const document: PlanDocument = {
    schema_version: 1,
    batch: plan.header.name,
    jobs: {
      total: counts.total,
      new: counts.new,
      changed: counts.changed,
      unchanged: counts.unchanged - missing,
      missing,
      removed: counts.removed,
    },
    cost: planCosts(plan.staging.costs(batchId), (name) => ({
      unit: parts.registry.providers[name]?.unit ?? 'units',
      balance: balances[name] ?? null,
      outstanding: stores.ledger.outstandingOf(name) - stores.ledger.acceptedOf(name),
    })),
    time: forecastOf(parts, stores, plan),
    problems: [...plan.problems],
  };
  if (plan.problemCount === 0) return { document, details: detailsOf(parts, stores, plan, counts) };
  return { document, details: [], problemTotals: { count: plan.problemCount, byShape: plan.problemsByShape } };
}

function forecastOf(parts: EngineParts, stores: OpenStores, plan: StagedPlan): Forecast {
  const costs = plan.staging.costs(plan.batch?.id ?? null).filter(({ toPayJobs }) => toPayJobs > 0);
  const work = costs.map(({ model, family, provider, toPayJobs }) => ({
    lane: model,
    family,
    provider,
    queued: toPayJobs,
    inFlightMs: [],
  }));
  const { registry, settings, clock } = parts;
  const left = workLeft({ registry, settings, limits: stores.limits, now: clock.now() }, work);
  const lanes = left.flatMap(({ provider, lanes }) =>
    lanes.map(({ family, model, queued, slots, windows }) => ({
      provider,
      family,
      jobs: queued,
      slots,
      submitWindows: windows,
      durationMs: model.meanMs,
      polls: model.requests - 1,
    })),
  );
  return forecast(lanes, Object.fromEntries(left.map(({ provider, expected }) => [provider, expected])), predictEnd(left));
}

function detailsOf(
  parts: EngineParts,
  stores: OpenStores,
  plan: StagedPlan,
  counts: ReturnType<StagedPlan['staging']['counts']>,
): string[] {
  const batchId = plan.batch?.id ?? null;
  const lines: string[] = [];
  if (batchId !== null) {
    lines.push(...listed('New', plan.staging.newIds(batchId, LISTED), counts.new, 'not in the queue yet'));
    const changed = plan.staging.changed(batchId, LISTED).map((job) => `${job.id}: ${changeReason(job.before, job.after)}`);
    lines.push(...listed('Changed', changed, counts.changed));
    if (counts.changed > 0) lines.push('Changed jobs are new to the API: what was made of them before is paid for again');
    const missing = missingIds(stores, plan);
    lines.push(...listed('Missing', missing, missing.length, 'paid for, and an output is not on disk: it is downloaded again'));
    const removed = plan.staging.removedIds(batchId, LISTED);
    lines.push(...listed('Removed', removed, counts.removed, 'no longer in the manifest: kept in the queue, not run'));
    if (counts.waiting > 0) lines.push(`${counts.waiting} changed while their earlier version is in flight: run again when it is settled`);
  }
  const costs = plan.staging.costs(batchId);
  const families = new Set(costs.filter((cost) => cost.toPayJobs > 0).map((cost) => cost.family));
  const lost = lostAnswerLine(
    parts.registry.jobTypes.filter((jobType) => families.has(jobType.family)),
    parts.settings.providers,
  );
  if (lost !== null) lines.push(lost);
  const saving = costs.filter((cost) => cost.publishingWouldSave > 0);
  for (const cost of saving) {
    const unit = parts.registry.providers[cost.provider]?.unit ?? 'units';
    lines.push(
      `Hint: publishing ${cost.model} in the Prompt Directory (prompt_directory_optin: true) would save ${toUnits(cost.publishingWouldSave)} ${unit}`,
    );
  }
  return lines;
}

/** Unchanged jobs with a file that is no longer on disk. */
function missingIds(stores: OpenStores, plan: StagedPlan): string[] {
  const ids = new Set(missingFiles(stores, plan.batch).map((file) => file.jobId));
  return plan.staging.unchangedOf(plan.batch?.id ?? null, [...ids]);
}

/** The first of `count` jobs, and how many more there are. */
function listed(word: string, ids: readonly string[], count: number, reason?: string): string[] {
  const head = word.padEnd(8);
  const shown = ids.slice(0, LISTED).map((id) => `${head} ${id}${reason === undefined ? '' : `: ${reason}`}`);
  return count > shown.length ? [...shown, `${head} and ${formatCount(count - shown.length)} more`] : shown;
}
