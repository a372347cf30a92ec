import { changedFields, changeReason } from '../../plan/diff.ts';
import type { PlanChange } from '../../plan/plan-document.ts';
import { IN_FLIGHT, type JobState } from '../../queue/job-states.ts';
import type { StagedDifference } from '../../queue/staged-reads.ts';
import { toUnits } from '../../values/money.ts';
import { isKeptName } from '../../work/file-names.ts';
import type { StagedPlan } from './plan-batch.ts';
import type { OpenStores } from './queue-stores.ts';

const NONE: readonly never[] = [];

/** The reason of a job that is renamed and not touched otherwise. */
export const RENAMED = 'the output name changed: its file is renamed, nothing is paid';

/** The reason of a file that a killed run left to be renamed when the result of another attempt was taken again. */
const ANOTHER_ATTEMPT = 'another attempt of the job is its result now: its files are renamed, nothing is paid';

/** The reason of a job that is as it was before an edit. */
export function whyTakenAgain(job: StagedDifference, isMissing: boolean): string {
  const result = `its result of attempt ${job.takesAgain}`;
  if (isMissing) return `${result} is taken again: an output is not on disk, and is downloaded again, nothing is paid`;
  return `${result} is there: it is taken again, nothing is paid`;
}

/** Streams what a run of the plan would change, kind by kind: the costs add up to what is to pay. */
export function* planChanges(stores: OpenStores, plan: StagedPlan): Generator<PlanChange> {
  const batchId = plan.batch?.id ?? null;
  for (const job of plan.staging.differences(batchId, 'new')) yield change('new', job, 'not in the queue yet');
  for (const job of plan.staging.differences(batchId, 'changed')) yield change('changed', job, whyChanged(job));
  for (const job of plan.staging.differences(batchId, 'waiting')) {
    yield change('unchanged', job, job.lost ? 'paid for once, and its files can no longer be had: made again' : 'queued, and not made yet');
  }
  if (batchId === null) return;
  for (const job of plan.staging.differences(batchId, 'back')) {
    const files = plan.files.movesOf(job.id).map(({ path, wanted }) => ({ from: path, to: wanted }));
    const gone = plan.files.isMissing(job.id);
    yield { ...change(gone ? 'missing' : 'unchanged', job, whyTakenAgain(job, gone)), fields: NONE, files };
  }
  for (const id of plan.files.missingJobs(batchId)) {
    if (plan.staging.isTakenBack(batchId, id)) continue;
    const model = stores.jobs.byId(batchId, id)?.model ?? '';
    yield {
      id,
      change: 'missing',
      model,
      cost: 0,
      reason: 'paid for, and an output is not on disk: it is downloaded again',
      fields: NONE,
      files: NONE,
    };
  }
  for (const { jobSeq, jobId, path, wanted } of plan.files.of('move')) {
    if (plan.staging.isTakenBack(batchId, jobId)) continue;
    const model = stores.jobs.bySeq(jobSeq)?.model ?? '';
    const reason = isKeptName(path) || isKeptName(wanted) ? ANOTHER_ATTEMPT : RENAMED;
    yield { id: jobId, change: 'unchanged', model, cost: 0, reason, fields: NONE, files: [{ from: path, to: wanted }] };
  }
  for (const { id, model } of plan.staging.removed(batchId)) {
    yield {
      id,
      change: 'removed',
      model,
      cost: 0,
      reason: 'no longer in the manifest: kept in the queue, not run',
      fields: NONE,
      files: NONE,
    };
  }
}

function change(kind: PlanChange['change'], job: StagedDifference, reason: string): PlanChange {
  const price = job.quote === null ? null : toUnits(job.quote);
  const fields = job.before ? changedFields(job.before, job.after) : NONE;
  return { id: job.id, change: kind, model: job.model, cost: job.pays ? price : 0, reason, fields, files: NONE };
}

function whyChanged(job: StagedDifference): string {
  const reason = job.before ? changeReason(job.before, job.after) : '';
  if (job.pays) return reason;
  const states: readonly (JobState | null)[] = IN_FLIGHT;
  return `${reason} (${states.includes(job.state) ? 'waits: its earlier version is in flight' : 'left as it is: --rerun-triggers leaves such a change out'})`;
}
