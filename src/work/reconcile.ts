import type { HistoryEntry, HistorySource } from '../job-type/history.ts';
import { jobTypeOf } from '../job-type/registry.ts';
import type { Attempt } from '../queue/attempt-row.ts';
import { intentAtNow, isSteady } from './clock-at-intent.ts';
import { firstLookAfter, lookUpAfter, lookUpAt, settleWindowOf } from './look-up-time.ts';
import { nameOfAttempt } from './name-of-attempt.ts';
import type { ProviderDesk } from './provider-desk.ts';
import { type Read, readHistory } from './read-history.ts';
import { reportJob } from './report-job.ts';
import { shortWarning } from './short-warning.ts';
import type { WorkContext } from './work-context.ts';

/** What the history showed of one unknown attempt. */
export type Reconciled =
  | { readonly kind: 'bound' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'ambiguous'; readonly candidates: number }
  | { readonly kind: 'cannot_tell'; readonly why: string }
  /** It may still come to show: milliseconds until what is not there then proves absence. */
  | { readonly kind: 'too_early'; readonly waitMs: number };

/** An entry stamped so much before the intent may still be it, where the provider's clock is known. */
const BIND_TOLERANCE_MS = 30_000;

/** The same before the time at which two entries would be told apart by being there both. */
const EARLY_TOLERANCE_MS = 2_000;

/** What was given up so long before may still show. */
const GIVEN_UP_MS = 24 * 3_600_000;

/** Generations may take so many times as long as the documents' longest. */
const LONGER_THAN_TYPICAL = 1.5;

/** How long until an unknown attempt may be looked up, milliseconds; null when it never can (class E, or no history). */
export function settleWait(context: WorkContext, attempt: Attempt): number | null {
  const at = lookUpAt(context.registry, context.desks[attempt.provider]?.settings, attempt);
  return at === null ? null : Math.max(0, at - context.clock.now());
}

/** How long a submission may take to show in the history, milliseconds: the configuration's word, else the job type's. */
export function settleWindow(context: WorkContext, attempt: Attempt): number {
  return settleWindowOf(jobTypeOf(context.registry, attempt.family), context.desks[attempt.provider]?.settings);
}

/**
 * How long, milliseconds, a submission that no history shows may still be in the making. A list of results shows a job when it is finished:
 * for a synchronous one that was waited for before the look; another one is waited for as long as such generations take, unless the list is
 * seen to hold unfinished ones, or the configuration says itself how long to wait.
 */
function stillMaking(context: WorkContext, attempt: Attempt, desk: ProviderDesk, read: Read): number {
  const { mode, pollHints, recovery } = jobTypeOf(context.registry, attempt.family);
  const windowMs = settleWindow(context, attempt);
  const { history } = recovery;
  const listsUnfinished = read.entries.some((entry) => history?.unfinished(entry) === true);
  if (mode === 'sync' || listsUnfinished || desk.settings.settleMs !== null) return 0;
  const makingMs = (pollHints?.typicalMs[1] ?? 0) * LONGER_THAN_TYPICAL;
  return Math.max(0, intentAtNow(attempt, read) + makingMs + windowMs - context.clock.now());
}

/**
 * Settles one unknown attempt from the provider's history. Exactly one unbound match binds it. No match counts as absence only after the
 * settle window, in a newest-first history that was read back past the intent; of a synchronous job, which shows when it is made, only once
 * its answer could not come any more. Until then it is bound only when it is there beyond doubt. Anything else leaves it unknown.
 */
export async function reconcileAttempt(context: WorkContext, attempt: Attempt, signal: AbortSignal): Promise<Reconciled> {
  const jobType = jobTypeOf(context.registry, attempt.family);
  const history = jobType.recovery.history;
  const desk = context.desks[attempt.provider];
  if (!history || !desk) return { kind: 'cannot_tell', why: `${attempt.family} has no documented history` };
  const waitMs = settleWait(context, attempt) ?? 0;
  if (waitMs > 0) return lookEarly(context, attempt, signal, { kind: 'too_early', waitMs });

  const read = await readHistory(desk, history, attempt.intentAt, context.clock, signal, attempt.intentAtTheirs);
  if (read.kind === 'failed') return { kind: 'cannot_tell', why: read.why };
  const { candidates, doubtful, strangers } = sift(context, attempt, desk, history, read);
  if (candidates.length > 0 && history.idsAssumed && !read.entries.some((entry) => ownerOf(context, attempt, entry) !== null)) {
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
  if (doubtful > 0) return { kind: 'cannot_tell', why: 'the history shows an entry that may be it, under other words' };
  if (strangers > 0 && !isSteady(attempt, read)) {
    const why =
      'the history shows one like it at another time, and nothing shows that the clock of this machine was right when it was sent';
    return { kind: 'cannot_tell', why };
  }
  if (!read.complete) return { kind: 'cannot_tell', why: read.why };
  const settleMs = settleWaitIfSet(context, attempt, read);
  if (settleMs > 0) return { kind: 'too_early', waitMs: settleMs };
  const makingMs = stillMaking(context, attempt, desk, read);
  if (makingMs > 0) return { kind: 'too_early', waitMs: makingMs };
  context.stores.attempts.absent(attempt.id, 'the history shows that it never arrived', context.clock.now());
  report(context, attempt, 'not in the history: back to the queue');
  return { kind: 'absent' };
}

/**
 * Looks for an attempt before its absence could be proved: it is bound when its entry is there and nothing that may show later could make it
 * doubtful. Whatever else is seen says nothing yet. Why this is as safe: docs/decisions/2026-11-21-looking-early.md.
 */
async function lookEarly(
  context: WorkContext,
  attempt: Attempt,
  signal: AbortSignal,
  later: Extract<Reconciled, { kind: 'too_early' }>,
): Promise<Reconciled> {
  const jobType = jobTypeOf(context.registry, attempt.family);
  const { history } = jobType.recovery;
  const desk = context.desks[attempt.provider];
  if (!history || !desk || firstLookAfter(jobType, desk.settings) === null) return later;
  const shown = await readHistory(desk, history, attempt.intentAt, context.clock, signal, attempt.intentAtTheirs);
  if (shown.kind === 'failed' || !shown.complete || shown.aheadMs === null || shown.at === null) return later;
  const { candidates, doubtful, strangers } = sift(context, attempt, desk, history, shown);
  const [only] = candidates;
  if (!only || candidates.length > 1 || doubtful > 0 || !only.files) return later;
  if (strangers > 0 && !isSteady(attempt, shown)) return later;
  // Older than the intent it is somebody else's, while ours is still in the making.
  if (only.createdAt === null || only.createdAt < shown.at - EARLY_TOLERANCE_MS) return later;
  if (!history.identifies?.(only, { model: attempt.model, params: attempt.params })) return later;
  if (history.idsAssumed && !shown.entries.some((entry) => ownerOf(context, attempt, entry) !== null)) return later;
  // Read after the history: what got its id meanwhile has its entry, and what has none yet may be the one that made this.
  if (ownerOf(context, attempt, only) !== null || mayBeAnothers(context, attempt, only)) return later;
  bind(context, attempt, only);
  return { kind: 'bound' };
}

/** Whether an entry may be of another attempt of ours that has no id. */
function mayBeAnothers(context: WorkContext, attempt: Attempt, entry: HistoryEntry): boolean {
  return context.stores.attempts.withoutId(attempt.provider, attempt.intentAt - GIVEN_UP_MS).some((other) => {
    const theirs = jobTypeOf(context.registry, other.family).recovery.history;
    return other.id !== attempt.id && theirs !== null && !theirs.rulesOut(entry, { model: other.model, params: other.params });
  });
}

/** How much of the settle window is left, milliseconds, where our clock was set since the intent: by the times stored it may seem to be over. */
function settleWaitIfSet(context: WorkContext, attempt: Attempt, read: Read): number {
  const intentAt = intentAtNow(attempt, read);
  const after = lookUpAfter(jobTypeOf(context.registry, attempt.family), context.desks[attempt.provider]?.settings);
  if (intentAt === attempt.intentAt || after === null) return 0;
  // When its answer was lost is not known by this clock: it was waited for no longer than this.
  const { submitTimeoutMs = 0 } = context.desks[attempt.provider]?.settings ?? {};
  return Math.max(0, intentAt + Math.max(after, submitTimeoutMs + settleWindow(context, attempt)) - context.clock.now());
}

/** The entries that match and belong to nobody, how many may be it without matching, and how many may be it save for their time. */
function sift(
  context: WorkContext,
  attempt: Attempt,
  desk: ProviderDesk,
  history: HistorySource,
  read: Read,
): { readonly candidates: readonly HistoryEntry[]; readonly doubtful: number; readonly strangers: number } {
  const sent = { model: attempt.model, params: attempt.params };
  const at = read.at ?? attempt.intentAt;
  // A little before the intent, for two clocks are never the same; not as long as it takes to ask for the same thing elsewhere.
  const bindable = read.at === null ? read.from : at - BIND_TOLERANCE_MS;
  const lostAfter = Math.max(0, (attempt.submittedAt ?? attempt.intentAt) - attempt.intentAt);
  const until = at + lostAfter + settleWindow(context, attempt) + desk.settings.submitTimeoutMs + (at - read.from);
  const candidates: HistoryEntry[] = [];
  let doubtful = 0;
  let strangers = 0;
  for (const entry of read.entries) {
    const { createdAt } = entry;
    if (ownerOf(context, attempt, entry) !== null || history.rulesOut(entry, sent)) continue;
    if (createdAt !== null && (createdAt < read.from || createdAt > until)) strangers += 1;
    else if (history.matches(entry, sent) && (createdAt === null || createdAt >= bindable)) candidates.push(entry);
    else doubtful += 1;
  }
  return { candidates, doubtful, strangers };
}

/** The attempt of ours that an entry belongs to; null when it belongs to none. */
function ownerOf(context: WorkContext, attempt: Attempt, entry: HistoryEntry): number | null {
  return context.stores.attempts.ownerOfAny(attempt.provider, entry.id);
}

function bind(context: WorkContext, attempt: Attempt, entry: HistoryEntry): void {
  const { attempts, jobs } = context.stores;
  const handle = { ids: [entry.id], other: {} };
  if (entry.files) {
    const warning = shortWarning(entry.files, jobs.bySeq(attempt.jobSeq)?.outputsAsked ?? 1);
    const money = { charged: null, refunded: null };
    attempts.finish(attempt, handle, 'unknown', entry.files, money, warning, context.clock.now());
  } else attempts.accept(attempt, handle, 'unknown', attempt.intentAt);
  report(context, attempt, 'found in the history');
}

/** A job of another batch is none of this run's, and is told of in words. */
function report(context: WorkContext, attempt: Attempt, message: string): void {
  if (attempt.batchId === context.batch.id) reportJob(context, attempt.jobSeq, message);
  else context.events.emit('notice', { level: 'info', message: `${nameOfAttempt(context, attempt)}: ${message}` });
}
