import { sha256 } from '../../manifest/sha256.ts';
import { DEFAULT_TRIGGERS, RERUN_TRIGGERS, type RerunTrigger, triggersOf } from '../../plan/rerun-triggers.ts';
import { JobStore } from '../../queue/job-store.ts';
import type { QueueDb } from '../../queue/open-queue.ts';
import { type PilotSize, StagedSample } from '../../queue/staged-sample.ts';
import type { StagedJob } from '../../queue/staging.ts';
import type { Selection } from '../options/select-options.ts';
import type { Selectable } from '../options/selector.ts';
import { nothingMatches } from './nothing-matches.ts';
import type { StagedPlan } from './plan-batch.ts';

/** What narrows a plan down to a part of its manifest. */
export interface PlanScope {
  readonly selection: Selection | null;
  readonly triggers: readonly RerunTrigger[];
  /** The first so many of the manifest; null for all. */
  readonly limit: number | null;
  /** So many of all models, always the same; null for all. */
  readonly sample: number | null;
  /** So many before the rest; null for no pilot. */
  readonly pilot: PilotSize | null;
}

/** Marks in the staging table what this run means, and its pilot, whose size it returns (null: none was asked for). Throws a UsageError for a selection that takes nothing. */
export function refinePlan(plan: Omit<StagedPlan, 'pilot'>, scope: Partial<PlanScope>, db: QueueDb): number | null {
  const { staging, batch } = plan;
  const batchId = batch?.id ?? null;
  const { selection = null, triggers = DEFAULT_TRIGGERS, limit = null, sample = null, pilot = null } = scope;
  const lost = triggers.includes('missing');
  // The common case needs no look at every changed job.
  if (lost || RERUN_TRIGGERS.some((trigger) => trigger !== 'missing' && !triggers.includes(trigger)))
    staging.remake(batchId, (before, after) => [...triggersOf(before, after)].some((trigger) => triggers.includes(trigger)), lost);
  if (selection) select(plan, selection, db);
  // The name of the batch is the seed: the same command takes the same jobs, also when some of them are made.
  const few = new StagedSample(db, staging, (id) => sha256(`${plan.header.name}\n${id}`).slice(0, 16));
  if (limit !== null) few.limit(limit);
  if (sample !== null) few.sample(sample);
  return pilot === null ? null : few.pilot(batchId, pilot);
}

function select(plan: Omit<StagedPlan, 'pilot'>, selection: Selection, db: QueueDb): void {
  const selectable = (job: StagedJob): Selectable => ({
    ...job,
    change: () => (job.change === 'unchanged' && plan.files.isMissing(job.id) ? 'missing' : job.change),
  });
  const seen: Selectable[] = [];
  const kept = plan.staging.pick(plan.batch?.id ?? null, (job) => {
    const each = selectable(job);
    if (seen.length < SEEN) seen.push(each);
    return selection.matches(each);
  });
  const jobs = new JobStore(db);
  plan.staging.meanRemoved((seq) => {
    const job = jobs.bySeq(seq);
    return job !== null && selection.matches({ ...job, removed: true, change: () => 'removed' });
  });
  if (kept === 0) throw nothingMatches(selection, seen);
}

/** So many jobs are looked at to say what there would have been to select. */
const SEEN = 10_000;
