import type { JobType } from '../job-type/job-type.ts';
import { jobTypeOf } from '../job-type/registry.ts';
import type { Attempt } from '../queue/attempt-row.ts';
import type { StoredJob } from '../queue/job-row.ts';
import { latencyBucket, pollJob } from './poll-job.ts';
import { PollTimer } from './poll-timer.ts';
import type { ProviderDesk } from './provider-desk.ts';
import { type Submitted, submitJob } from './submit-job.ts';
import type { WorkContext } from './work-context.ts';

/** What became of a job while it held its slot. */
export type Generated =
  | { readonly kind: 'ready'; readonly attempt: Attempt }
  /** Nothing more to do for it in this run: settled, or left to the next run. */
  | { readonly kind: 'over' }
  | Extract<Submitted, { kind: 'later' | 'no_room' }>;

/** Submits a job and follows it to its terminal state: the time for which it holds a slot. */
export async function generate(context: WorkContext, desk: ProviderDesk, job: StoredJob, onSubmitted: () => void): Promise<Generated> {
  const jobType = jobTypeOf(context.registry, job.family);
  const submitted = await submitJob(context, desk, jobType, job);
  onSubmitted();
  switch (submitted.kind) {
    case 'accepted':
      return follow(context, desk, jobType, job, submitted.attempt, submitted.expectMs);
    case 'ready':
      return { kind: 'ready', attempt: submitted.attempt };
    case 'settled':
      return { kind: 'over' };
    case 'later':
    case 'no_room':
      return submitted;
    default:
      return submitted satisfies never;
  }
}

/** Follows a job that an earlier run submitted. */
export async function resumeGeneration(context: WorkContext, desk: ProviderDesk, job: StoredJob): Promise<Generated> {
  const attempt = context.stores.attempts.latest(job.seq);
  if (!attempt) throw new Error(`Cannot follow ${job.id}: it is ${job.state} without an attempt`);
  return follow(context, desk, jobTypeOf(context.registry, job.family), job, attempt, null);
}

async function follow(
  context: WorkContext,
  desk: ProviderDesk,
  jobType: JobType,
  job: StoredJob,
  attempt: Attempt,
  expectMs: number | null,
): Promise<Generated> {
  const timer = new PollTimer({
    policy: context.pollPolicy,
    hints: jobType.pollHints,
    learned: context.stores.limits.latencies(job.family, latencyBucket(job)),
    bounds: desk.settings.poll,
    budget: () => pollBudget(desk),
    clock: context.clock,
    random: context.random,
    elapsedMs: attempt.submittedAt === null ? 0 : Math.max(0, context.clock.now() - attempt.submittedAt),
    expectMs,
  });
  const end = await pollJob(context, desk, jobType, job, attempt, timer);
  return end === 'ready' ? { kind: 'ready', attempt: context.stores.attempts.byId(attempt.id) } : { kind: 'over' };
}

/** What polls may use of the shared request limit: all but a fifth, which is for submissions and the account. */
function pollBudget(desk: ProviderDesk): { perMinute: number; inFlight: number } | null {
  const limit = desk.settings.limits.requests;
  if (limit?.kind !== 'window') return null;
  const perMinute = Math.min(...limit.windows.map((window) => (window.max / window.windowMs) * 60_000));
  const inFlight = Math.max(1, ...desk.slots.occupancy().map((slot) => slot.held));
  return { perMinute: perMinute * 0.8, inFlight };
}
