import type { PlanDocument } from '../../plan/plan-document.ts';
import { planCosts } from '../../plan/price-plan.ts';
import { PilotStore } from '../../queue/pilot-store.ts';
import type { StagedCost } from '../../queue/staged-reads.ts';
import { stagedUnknown } from '../../queue/staged-unknown.ts';
import type { Micros } from '../../values/money.ts';
import type { PlanResult } from '../documents.ts';
import type { EngineParts } from './engine-parts.ts';
import { forecastOf } from './forecast-of.ts';
import type { SeenBalances } from './plan-balances.ts';
import type { ReadPlan } from './plan-batch.ts';
import { planChanges } from './plan-changes.ts';
import { planDetails } from './plan-details.ts';
import type { OpenStores } from './queue-stores.ts';
import { provable, undecidedLines, unknownAt, unknownWords } from './unknown-outcomes.ts';

/** What is to pay at one provider before a run. */
export interface ToPay {
  readonly provider: string;
  readonly jobs: number;
  readonly amount: Micros;
  readonly unpriced: number;
}

/** What the run of a plan would pay, by provider. */
export function toPayOf(plan: ReadPlan): readonly ToPay[] {
  return toPayByProvider(plan.figures.costs(plan.batch?.id ?? null));
}

/** The costs of models, summed by provider. */
function toPayByProvider(costs: readonly StagedCost[]): readonly ToPay[] {
  const sums = new Map<string, { jobs: number; amount: Micros; unpriced: number }>();
  for (const cost of costs) {
    const sum = sums.get(cost.provider) ?? { jobs: 0, amount: 0, unpriced: 0 };
    sum.jobs += cost.toPayJobs;
    sum.amount += cost.toPay;
    sum.unpriced += cost.unpricedToPay;
    sums.set(cost.provider, sum);
  }
  return [...sums].map(([provider, sum]) => ({ provider, ...sum }));
}

/** How many jobs of unknown price are to pay at each provider. */
export function unpricedByProvider(costs: readonly StagedCost[]): Readonly<Record<string, number>> {
  return Object.fromEntries(toPayByProvider(costs).map(({ provider, unpriced }) => [provider, unpriced]));
}

/**
 * The caps that a run of the plan keeps: those of its `--max-cost`; else the manifest's budget, or what was set by hand where that is lower; else
 * what was set by hand. Null: none.
 */
export function capsOfPlan(stores: OpenStores, plan: ReadPlan): Readonly<Record<string, Micros>> | null {
  const { budget, fromFlag } = plan.header;
  if (!plan.batch || fromFlag) return budget;
  if (budget === null) return stores.control.capsSet(plan.batch.id);
  const byHand = stores.control.capsByHand(plan.batch.id);
  return Object.fromEntries(Object.entries(budget).map(([name, cap]) => [name, Math.min(cap, byHand[name] ?? cap)]));
}

/** The plan as a document and as lines for people. */
export function planResult(parts: EngineParts, stores: OpenStores, plan: ReadPlan, { balances, whyNot }: SeenBalances): PlanResult {
  const batchId = plan.batch?.id ?? null;
  const counts = plan.figures.counts(batchId);
  const costs = plan.figures.costs(batchId);
  const missing = batchId === null ? 0 : plan.files.missingJobs(batchId).length;
  const caps = capsOfPlan(stores, plan) ?? {};
  const unknown = plan.staging === null ? [] : stagedUnknown(stores.db, batchId, false);
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
    cost: planCosts(costs, (name) => ({
      unit: parts.registry.providers[name]?.unit ?? 'units',
      balance: balances[name] ?? null,
      outstanding: stores.ledger.outstandingOf(name) - stores.ledger.acceptedOf(name),
      unknown: unknownAt(unknown, name),
      cap: caps[name],
      committed: batchId === null ? 0 : stores.ledger.committed(batchId, name),
    })),
    time: forecastOf(parts, stores, costs),
    problems: [...plan.problems],
    ...(plan.pilot !== null && { pilot: { jobs: new PilotStore(stores.db).ids() } }),
  };
  const unpricedToPay = unpricedByProvider(costs);
  const { staging } = plan;
  if (plan.problemCount === 0) {
    const details = planDetails(parts, stores, plan, counts);
    const sentAgain = provable(parts, unknown);
    if (sentAgain.length > 0) details.push(`Unknown  beside that: ${unknownWords(parts, sentAgain)}`);
    details.push(...undecidedLines(parts, plan.header.name, unknown).map((line) => `Unknown  ${line}`));
    return {
      document,
      unpricedToPay,
      whyNoBalance: whyNot,
      details,
      ...(staging && { changes: () => planChanges(stores, { ...plan, staging }) }),
    };
  }
  const problemTotals = { count: plan.problemCount, byShape: plan.problemsByShape };
  return { document, details: [], problemTotals, inTheWay: plan.inTheWay ?? false };
}
