import type { LearnedLimit } from '../job-type/learned-limit.ts';

/** Within which a size is sought, both included. */
export interface LimitRange {
  readonly min: number;
  readonly max: number;
}

/** How a submission was refused: for too many at once, or for too many requests in a time. */
export type Throttling = 'busy' | 'rate_limited';

/** After a refusal, so many submissions are accepted at the full size before a larger one is tried; twice as many after each further refusal. */
const FIRST_PATIENCE = 50;
const MOST_PATIENCE = 3_200;
/**
 * A size that is tried again stands once so many were accepted at it. One acceptance shows little: a generation of ours may have ended
 * there without our having looked yet.
 */
const PROOF = 5;

/*
 * The size grows by one when it was really full, the provider took the job all the same, and more is queued. Before the first refusal every
 * such acceptance is enough; after one, patience is needed, counted in acceptances, so that refusals stay a vanishing share of the submissions
 * however long the night. A refusal for too many at once cuts the size to what was in flight beside the refused one: each of those had been
 * accepted, and it is never less than the provider allows unless somebody else uses the account. A plain 429 cuts nothing that stands; it only
 * takes back a larger size that was being tried, since a provider may word both refusals alike.
 */

/** Where a run begins: with what an earlier one learned, else at the lower bound. A size that was only being tried is not begun with. */
export function startLimit(range: LimitRange, remembered: LearnedLimit | null): LearnedLimit {
  const begun = remembered ?? { stands: range.min, refused: false, quiet: 0, patience: FIRST_PATIENCE };
  const size = Math.min(range.max, Math.max(range.min, begun.stands));
  const same = remembered !== null && size === remembered.size;
  return { size, stands: size, refused: begun.refused, grew: false, quiet: same ? begun.quiet : 0, patience: begun.patience };
}

/** After a submission was accepted that left with so many in flight, itself included. `more`: jobs are queued that could use another slot. */
export function afterAcceptance(limit: LearnedLimit, range: LimitRange, inFlight: number, more: boolean): LearnedLimit {
  if (inFlight < limit.size) return limit;
  const quiet = limit.quiet + 1;
  const stands = !limit.refused || quiet >= PROOF ? limit.size : limit.stands;
  const due = !limit.refused || quiet >= limit.patience;
  if (!due || !more || limit.size >= range.max) return { ...limit, quiet, stands };
  // Two steps in a row without a refusal: the account allows more than it did.
  const patience = limit.grew ? FIRST_PATIENCE : limit.patience;
  return { size: limit.size + 1, stands, refused: limit.refused, grew: true, quiet: 0, patience };
}

/** After a submission was refused that left with so many in flight, itself included. */
export function afterRefusal(limit: LearnedLimit, range: LimitRange, inFlight: number, why: Throttling): LearnedLimit {
  if (why === 'rate_limited' && !(limit.size > limit.stands && inFlight > limit.stands)) return limit;
  const allowed = why === 'busy' ? inFlight - 1 : limit.stands;
  const size = Math.max(range.min, Math.min(limit.size, allowed));
  // An answer to what left before the size was cut tells nothing new.
  const patience = size < limit.size && limit.refused ? Math.min(MOST_PATIENCE, 2 * limit.patience) : limit.patience;
  return { size, stands: Math.min(limit.stands, size), refused: true, grew: false, quiet: 0, patience };
}
