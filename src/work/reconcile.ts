import type { HistoryEntry } from '../job-type/history.ts';
import { jobTypeOf } from '../job-type/registry.ts';
import type { Attempt } from '../queue/attempt-row.ts';
import { CLOCK_TOLERANCE_MS, readHistory } from './read-history.ts';
import { reportJob } from './report-job.ts';
import { shortWarning } from './short-warning.ts';
import type { WorkContext } from './work-context.ts';

/** What the history showed of one unknown attempt. */
export type Reconciled =
  | { readonly kind: 'bound' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'ambiguous'; readonly candidates: number }
  | { readonly kind: 'cannot_tell'; readonly why: string }
  /** It may still come to show: milliseconds until the next look is worth while. */
  | { readonly kind: 'too_early'; readonly waitMs: number };

/** What is being made is looked for no more often than this, milliseconds. */
const SHORTEST_STEP_MS = 1_000;

/** How long until an unknown attempt may be looked up, milliseconds; null when it never can (class E, or no history). */
export function settleWait(context: WorkContext, attempt: Attempt): number | null {
  const { history } = jobTypeOf(context.registry, attempt.family).recovery;
  if (!history || !context.desks[attempt.provider]) return null;
  return Math.max(0, (attempt.submittedAt ?? attempt.intentAt) + settleWindow(context, attempt) - context.clock.now());
}

/** How long a submission may take to show in the history, milliseconds: the configuration's word, else the job type's. */
export function settleWindow(context: WorkContext, attempt: Attempt): number {
  const { history } = jobTypeOf(context.registry, attempt.family).recovery;
  return context.desks[attempt.provider]?.settings.settleMs ?? history?.settleMs ?? 0;
}

/**
 * How long, milliseconds, a synchronous submission that no history shows may still be in the making: such a history lists results, and
 * the work goes on when the client is gone, for as long as an answer may take. 0 where the submission itself is listed.
 */
function stillMaking(context: WorkContext, attempt: Attempt, answerMs: number): number {
  if (jobTypeOf(context.registry, attempt.family).mode === 'async') return 0;
  const windowMs = settleWindow(context, attempt);
  const left = attempt.intentAt + answerMs + windowMs - context.clock.now();
  return Math.max(0, Math.min(left, Math.max(SHORTEST_STEP_MS, windowMs)));
}

/**
 * Settles one unknown attempt from the provider's history. Exactly one unbound match binds it. No match counts as absence only after the
 * settle window, in a newest-first history that was read back past the intent; of a synchronous job, which shows when it is made, only once
 * its answer could not come any more. Anything else leaves it unknown.
 */
export async function reconcileAttempt(context: WorkContext, attempt: Attempt, signal: AbortSignal): Promise<Reconciled> {
  const jobType = jobTypeOf(context.registry, attempt.family);
  const history = jobType.recovery.history;
  const desk = context.desks[attempt.provider];
  if (!history || !desk) return { kind: 'cannot_tell', why: `${attempt.family} has no documented history` };
  const waitMs = settleWait(context, attempt) ?? 0;
  if (waitMs > 0) return { kind: 'too_early', waitMs };

  const since = attempt.intentAt - CLOCK_TOLERANCE_MS;
  const read = await readHistory(desk, history, since, signal);
  if (read.kind === 'failed') return { kind: 'cannot_tell', why: read.why };
  const owner = (entry: HistoryEntry): number | null => context.stores.attempts.ownerOfAny(attempt.provider, entry.id);
  const candidates = read.entries.filter(
    (entry) =>
      (entry.createdAt === null || entry.createdAt >= since) &&
      owner(entry) === null &&
      history.matches(entry, { model: attempt.model, params: attempt.params }),
  );
  if (candidates.length > 0 && history.idsAssumed && !read.entries.some((entry) => owner(entry) !== null)) {
    // An entry of ours under another id would look like a match that nobody has claimed.
    return { kind: 'cannot_tell', why: 'nothing shows that the ids in the history are those of the answers' };
  }
  if (candidates.length > 1) return { kind: 'ambiguous', candidates: candidates.length };
  const only = candidates[0];
  if (only) {
    // There is no status to ask for a synchronous job: until its entry shows the file there is nothing to go on with.
    if (jobType.mode === 'sync' && !only.files) return { kind: 'cannot_tell', why: 'the history shows it, and no file of it yet' };
    bind(context, attempt, only);
    return { kind: 'bound' };
  }
  if (!read.complete) return { kind: 'cannot_tell', why: read.why };
  const makingMs = stillMaking(context, attempt, desk.settings.submitTimeoutMs);
  if (makingMs > 0) return { kind: 'too_early', waitMs: makingMs };
  context.stores.attempts.absent(attempt.id, 'the history shows that it never arrived', context.clock.now());
  reportJob(context, attempt.jobSeq, 'not in the history: back to the queue');
  return { kind: 'absent' };
}

function bind(context: WorkContext, attempt: Attempt, entry: HistoryEntry): void {
  const { attempts, jobs } = context.stores;
  const handle = { ids: [entry.id], other: {} };
  if (entry.files) {
    const warning = shortWarning(entry.files, jobs.bySeq(attempt.jobSeq)?.outputsAsked ?? 1);
    const money = { charged: null, refunded: null };
    attempts.finish(attempt, handle, 'unknown', entry.files, money, warning, context.clock.now());
  } else attempts.accept(attempt, handle, 'unknown', attempt.intentAt);
  reportJob(context, attempt.jobSeq, 'found in the history');
}
