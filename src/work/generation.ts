import type { JobType } from '../job-type/job-type.ts';
import { jobTypeOf } from '../job-type/registry.ts';
import type { Attempt } from '../queue/attempt-row.ts';
import type { StoredJob } from '../queue/job-row.ts';
import { pollJob } from './poll-job.ts';
import { PollPlanner } from './poll-planner.ts';
import { PollTimer } from './poll-timer.ts';
import type { ProviderDesk } from './provider-desk.ts';
import { type Submitted, submitJob } from './submit-job.ts';
import type { WorkContext } from './work-context.ts';

/** What became of a job while it held its slot. */
export type Generated =
  | { readonly kind: 'ready' }
  /** Nothing more to do for it in this run: settled, or left to the next run. */
  | { readonly kind: 'over' }
  | Extract<Submitted, { kind: 'later' | 'no_room' }>;

/** Submits a job and follows it to its terminal state: the time for which it holds a slot. */
export async function generate(context: WorkContext, desk: ProviderDesk, job: StoredJob, onSubmitted: () => void): Promise<Generated> {
  const jobType = jobTypeOf(context.registry, job.family);
  const flight = desk.slots.flight(jobType.slots);
  try {
    const submitted = await submitJob(context, desk, jobType, job, flight);
    onSubmitted();
    return await goOn(context, desk, jobType, job, submitted);
  } finally {
    flight.landed();
  }
}

async function goOn(context: WorkContext, desk: ProviderDesk, jobType: JobType, job: StoredJob, submitted: Submitted): Promise<Generated> {
  switch (submitted.kind) {
    case 'accepted':
      return follow(context, desk, jobType, job, submitted.attempt, submitted.expectMs);
    case 'ready':
      return submitted;
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
  const jobType = jobTypeOf(context.registry, attempt.family);
  const flight = desk.slots.flight(jobType.slots);
  flight.departed();
  try {
    return await follow(context, desk, jobType, job, attempt, null);
  } finally {
    flight.landed();
  }
}

async function follow(
  context: WorkContext,
  desk: ProviderDesk,
  jobType: JobType,
  job: StoredJob,
  attempt: Attempt,
  expectMs: number | null,
): Promise<Generated> {
  const share = desk.polls.join();
  const planner = new PollPlanner({
    policy: context.pollPolicy,
    hints: jobType.pollHints,
    learned: context.stores.limits.latencies(job.family, job.lane),
    bounds: desk.settings.poll,
    share,
    random: context.random(),
    expectMs,
  });
  const timer = new PollTimer({
    planner,
    maxMs: desk.settings.poll.maxMs,
    clock: context.clock,
    elapsedMs: attempt.submittedAt === null ? 0 : Math.max(0, context.clock.now() - attempt.submittedAt),
    onStuck: (elapsedMs) => {
      const message = `${job.id}: still not finished after ${minutes(elapsedMs)}, far longer than any ${job.model} took so far. It holds its slot and is followed on; a run that is interrupted can be resumed`;
      context.events.emit('notice', { level: 'warn', message });
    },
  });
  try {
    const end = await pollJob(context, desk, jobType, job, attempt, timer);
    return { kind: end === 'ready' ? 'ready' : 'over' };
  } finally {
    share.leave();
  }
}

function minutes(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1_000)} seconds` : `${Math.round(ms / 60_000)} minutes`;
}
