import { changedFields } from '../../plan/diff.ts';
import { type Forecast, forecast, forecastLane } from '../../plan/forecast.ts';
import type { PlanCost, PlanDocument } from '../../plan/plan-document.ts';
import { type Micros, toUnits } from '../../values/money.ts';
import type { PlanResult } from '../documents.ts';
import type { EngineParts } from './engine-parts.ts';
import { lostAnswerLine } from './lost-answer-line.ts';
import { missingFiles, type StagedPlan } from './plan-batch.ts';
import type { OpenStores } from './queue-stores.ts';

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
  const missing = new Set(missingFiles(stores, plan.batch).map((file) => file.jobId)).size;
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
    cost: costsOf(parts, stores, plan, balances),
    time: forecastOf(parts, stores, plan),
    problems: [...plan.problems],
  };
  return { document, details: plan.problemCount > 0 ? problemNote(plan) : detailsOf(parts, stores, plan, counts.waiting) };
}

function costsOf(
  parts: EngineParts,
  stores: OpenStores,
  plan: StagedPlan,
  balances: Readonly<Record<string, Micros | null>>,
): Record<string, PlanCost> {
  const costs: Record<string, PlanCost> = {};
  for (const cost of plan.staging.costs(plan.batch?.id ?? null)) {
    const balance = balances[cost.provider] ?? null;
    const entry = costs[cost.provider] ?? {
      unit: parts.registry.providers[cost.provider]?.unit ?? 'units',
      total: 0,
      to_pay: 0,
      unpriced_jobs: 0,
      balance: balance === null ? null : toUnits(balance),
      shortfall: null,
      by_model: [],
    };
    costs[cost.provider] = entry;
    entry.total = toUnits(toMicrosExact(entry.total) + cost.total);
    entry.to_pay = toUnits(toMicrosExact(entry.to_pay) + cost.toPay);
    entry.unpriced_jobs += cost.jobs - cost.priced;
    const each = cost.priced === cost.jobs && cost.jobs > 0 && plan.staging.samePrice(cost.model) ? toUnits(cost.total / cost.jobs) : null;
    entry.by_model.push({ model: cost.model, jobs: cost.jobs, unit_price: each, total: toUnits(cost.total) });
  }
  for (const [name, entry] of Object.entries(costs)) {
    const balance = balances[name];
    if (balance === null || balance === undefined) continue;
    const left = balance - stores.ledger.outstandingOf(name);
    entry.shortfall = toUnits(Math.max(0, toMicrosExact(entry.to_pay) - left));
  }
  return costs;
}

function toMicrosExact(units: number): Micros {
  return Math.round(units * 1_000_000);
}

function forecastOf(parts: EngineParts, stores: OpenStores, plan: StagedPlan): Forecast {
  const lanes = new Map<string, { jobs: number; models: string[] }>();
  for (const cost of plan.staging.costs(plan.batch?.id ?? null)) {
    const lane = lanes.get(cost.family) ?? { jobs: 0, models: [] };
    lane.jobs += cost.toPayJobs;
    lane.models.push(cost.model);
    lanes.set(cost.family, lane);
  }
  const limits = Object.fromEntries(Object.entries(parts.settings.providers).map(([name, settings]) => [name, settings.limits]));
  return forecast(
    [...lanes].flatMap(([family, { jobs }]) => {
      const jobType = parts.registry.jobTypes.find((type) => type.family === family);
      return jobType ? [forecastLane(jobType, jobs, stores.limits.medianLatency(family))] : [];
    }),
    limits,
  );
}

function detailsOf(parts: EngineParts, stores: OpenStores, plan: StagedPlan, waiting: number): string[] {
  const batchId = plan.batch?.id ?? null;
  const lines: string[] = [];
  if (batchId !== null) {
    lines.push(...listed('new', plan.staging.newIds(batchId, LISTED + 1), 'not in the queue yet'));
    for (const job of plan.staging.changed(batchId, LISTED)) {
      const fields = changedFields(job.before, job.after).map(
        ({ field, from, to }) => `${field}: ${JSON.stringify(from)} -> ${JSON.stringify(to)}`,
      );
      lines.push(`changed  ${job.id}: ${fields.join(', ') || 'the content of an input file'}`);
    }
    const missing = [...new Set(missingFiles(stores, plan.batch).map((file) => file.jobId))];
    lines.push(...listed('missing', missing.slice(0, LISTED + 1), 'paid for, and an output is not on disk: it is downloaded again'));
    lines.push(...listed('removed', plan.staging.removedIds(batchId, LISTED + 1), 'no longer in the manifest: kept in the queue, not run'));
    if (waiting > 0) lines.push(`${waiting} changed while their earlier version is in flight: run again when it is settled`);
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
      `hint: publishing ${cost.model} in the Prompt Directory (prompt_directory_optin: true) would save ${toUnits(cost.publishingWouldSave)} ${unit}`,
    );
  }
  return lines;
}

function listed(word: string, ids: readonly string[], reason: string): string[] {
  const shown = ids.slice(0, LISTED).map((id) => `${word.padEnd(8)} ${id}: ${reason}`);
  return ids.length > LISTED ? [...shown, `${word.padEnd(8)} and more`] : shown;
}

function problemNote(plan: StagedPlan): string[] {
  const more = plan.problemCount - plan.problems.length;
  const count = plan.problemCount === 1 ? 'a problem' : `${plan.problemCount} problems`;
  return [`The manifest has ${count}${more > 0 ? ` (the first ${plan.problems.length} are listed)` : ''}; nothing was stored or sent.`];
}
