import { DEFAULT_TRIGGERS, RERUN_TRIGGERS, type RerunTrigger, triggersOf } from '../../plan/rerun-triggers.ts';
import type { StagedJob } from '../../queue/staging.ts';
import type { Selection } from '../options/select-options.ts';
import type { Selectable } from '../options/selector.ts';
import { nothingMatches } from './nothing-matches.ts';
import type { StagedPlan } from './plan-batch.ts';

/** What narrows a plan down to a part of its manifest. */
export interface PlanScope {
  readonly selection: Selection | null;
  readonly triggers: readonly RerunTrigger[];
}

/** Marks in the staging table what this run means. Throws a UsageError for a selection that takes nothing. */
export function refinePlan(plan: StagedPlan, scope: Partial<PlanScope>): void {
  const { staging, batch } = plan;
  const batchId = batch?.id ?? null;
  const { selection = null, triggers = DEFAULT_TRIGGERS } = scope;
  const lost = triggers.includes('missing');
  // The common case needs no look at every changed job.
  if (lost || RERUN_TRIGGERS.some((trigger) => trigger !== 'missing' && !triggers.includes(trigger)))
    staging.remake(batchId, (before, after) => [...triggersOf(before, after)].some((trigger) => triggers.includes(trigger)), lost);
  if (!selection) return;
  const selectable = (job: StagedJob): Selectable => ({
    ...job,
    change: () => (job.change === 'unchanged' && plan.files.isMissing(job.id) ? 'missing' : job.change),
  });
  const seen: Selectable[] = [];
  const kept = staging.pick(batchId, (job) => {
    const each = selectable(job);
    if (seen.length < SEEN) seen.push(each);
    return selection.matches(each);
  });
  if (kept === 0) throw nothingMatches(selection, seen);
}

/** So many jobs are looked at to say what there would have been to select. */
const SEEN = 10_000;
