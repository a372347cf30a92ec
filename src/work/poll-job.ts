import type { JobType } from '../job-type/job-type.ts';
import type { LengthSeen } from '../job-type/length-seen.ts';
import type { ApiAnswer, Failure, PollOutcome } from '../job-type/outcomes.ts';
import type { Attempt } from '../queue/attempt-row.ts';
import type { StoredJob } from '../queue/job-row.ts';
import { lostOutcome } from './lost-outcome.ts';
import { measuredLength } from './measured-length.ts';
import { addMoney, settlementOf } from './money-of.ts';
import type { PollTimer } from './poll-timer.ts';
import type { ProviderDesk } from './provider-desk.ts';
import { forgetUploadsOf } from './remembered-uploads.ts';
import { reportJob } from './report-job.ts';
import { shortWarning } from './short-warning.ts';
import { stopForRefusal } from './submit-job.ts';
import type { WorkContext } from './work-context.ts';

/** What a settled id came to. */
type Settled = Extract<PollOutcome, { kind: 'completed' | 'failed' }>;

/** An id that is not known there: a lag at first, a loss after so many looks over so long. */
const MISSING_LOOKS = 6;
const MISSING_MS = 5 * 60_000;

/**
 * Polls every id of an attempt until each is settled, then settles the attempt. A failed poll settles nothing and an unknown word keeps
 * polling. Returns `left` when the run stops waiting first: the next run goes on from the stored ids.
 */
export async function pollJob(
  context: WorkContext,
  desk: ProviderDesk,
  jobType: JobType,
  job: StoredJob,
  attempt: Attempt,
  timer: PollTimer,
): Promise<'ready' | 'settled' | 'left'> {
  const { handle } = attempt;
  if (!handle || !jobType.poll || !jobType.readPoll)
    throw new Error(`Cannot poll attempt ${attempt.id}: ${job.family} has no status request, or no id was stored`);
  const settled = new Map<string, Settled>();
  const missing = new Map<string, { looks: number; since: number }>();
  const followedFrom = timer.elapsedMs;
  let runningAt = 0;
  const waiting = context.control.waitingFor(desk.name);
  while (settled.size < handle.ids.length) {
    await timer.wait(waiting);
    for (const id of handle.ids) {
      if (settled.has(id)) continue;
      if (waiting.aborted) return 'left';
      const { outcome, answer } = await look(desk, jobType, attempt, id, waiting);
      if (outcome === null) return 'left';
      timer.saw(outcome);
      if (outcome.kind === 'running') runningAt = timer.elapsedMs;
      if (outcome.kind === 'completed' || outcome.kind === 'failed') {
        settled.set(id, outcome);
        if (answer) context.stores.attempts.answers.heard(attempt.id, { of: 'poll', id, at: context.clock.now() }, answer);
      } else if (outcome.kind === 'missing') {
        if (isLost(missing, id, context.clock.mono())) settled.set(id, lostOutcome(outcome.failure));
      } else {
        missing.delete(id);
        if (outcome.kind === 'unclear') stopForRefusal(context, desk, outcome.failure);
        if (outcome.kind === 'unclear' && outcome.failure.class === 'auth') context.control.giveUp(desk.name);
      }
    }
  }
  const outcomes = handle.ids.map((id) => settled.get(id)!);
  const longestWaitMs = desk.settings.poll.maxMs;
  const seen = measuredLength(outcomes, { followedFrom, runningAt, finishedAt: timer.elapsedMs, longestWaitMs });
  return settleAttempt(context, job, attempt, outcomes, seen);
}

/** What the API says of an id, with its answer where there was one. A null outcome: the run stops waiting. */
async function look(
  desk: ProviderDesk,
  jobType: JobType,
  attempt: Attempt,
  id: string,
  waiting: AbortSignal,
): Promise<{ readonly outcome: PollOutcome | null; readonly answer: ApiAnswer | null }> {
  try {
    const result = await desk.ask('poll', jobType.poll!(attempt.handle!, id), waiting);
    if (result.kind === 'answer') return { outcome: jobType.readPoll!(result.answer, id), answer: result.answer };
    const failure: Failure = { class: 'transport', httpStatus: null, message: result.message, charged: 'unknown' };
    return { outcome: { kind: 'unclear', failure }, answer: null };
  } catch (error) {
    if (waiting.aborted) return { outcome: null, answer: null };
    throw error;
  }
}

function isLost(missing: Map<string, { looks: number; since: number }>, id: string, now: number): boolean {
  const seen = missing.get(id) ?? { looks: 0, since: now };
  seen.looks += 1;
  missing.set(id, seen);
  return seen.looks >= MISSING_LOOKS && now - seen.since >= MISSING_MS;
}

async function settleAttempt(
  context: WorkContext,
  job: StoredJob,
  attempt: Attempt,
  outcomes: readonly Settled[],
  seen: LengthSeen | null,
): Promise<'ready' | 'settled'> {
  const { attempts, commits, limits } = context.stores;
  const now = context.clock.now();
  const money = settlementOf(addMoney(outcomes.map((outcome) => outcome.money)));
  const completed = outcomes.filter((outcome) => outcome.kind === 'completed');
  const failed = outcomes.find((outcome) => outcome.kind === 'failed');
  if (completed.length === 0 && failed) {
    await commits.keep(() => attempts.fail(attempt.id, 'processing', failed.failure, money, now));
    // Paid, so never tried again unasked; what a person retries is not to fail for the same old address.
    forgetUploadsOf(context, job, failed.failure);
    reportJob(context, job.seq);
    return 'settled';
  }
  const files = completed.flatMap((outcome) => outcome.files);
  const part = failed ? `${completed.length} of ${outcomes.length} parts came; the others: ${failed.failure.message}` : null;
  const warning = part ?? shortWarning(files, job.outputsAsked);
  const ids = Object.assign({}, ...completed.map((outcome) => outcome.other));
  await Promise.all([
    commits.join(() => attempts.complete(attempt.id, files, money, warning, now)),
    commits.join(() => attempts.keepIds(attempt.id, ids)),
    seen && commits.join(() => limits.recordLatency(job.family, job.lane, seen, now)),
  ]);
  reportJob(context, job.seq);
  return 'ready';
}
