import type { HistoryEntry, HistorySource } from '../job-type/history.ts';
import type { Clock } from '../values/clock.ts';
import type { ProviderDesk } from './provider-desk.ts';

/** A history as far as it was read. */
export type HistoryRead =
  | {
      readonly kind: 'read';
      readonly entries: readonly HistoryEntry[];
      /** How far the provider's clock is ahead of ours, milliseconds, by the `Date` of its answers; null when they have none. */
      readonly aheadMs: number | null;
      /** The moment asked for, on the provider's clock; null when that is not known. */
      readonly at: number | null;
      /** From this moment of the provider's clock on, entries may be those looked for. */
      readonly from: number;
      /** Newest first, and read back past the time asked for: what is not in it never arrived. */
      readonly complete: boolean;
      readonly why: string;
    }
  | { readonly kind: 'failed'; readonly why: string };

/** The part of a history that was read. */
export type Read = Extract<HistoryRead, { kind: 'read' }>;

/** The clock that stamps entries may differ by so much from the one that dates answers. */
const CLOCK_TOLERANCE_MS = 2 * 60_000;
/** Without a date in the answers nothing is known of the provider's clock: it may even stand in another zone. */
const UNKNOWN_CLOCK_MS = 26 * 3_600_000;

/** Several servers of one provider may stamp what comes at the same time a little out of order, milliseconds. */
const ORDER_SLACK_MS = 5_000;

const PAGE_SIZE = 50;
const MOST_PAGES = 40;

/**
 * Reads a provider's history, newest first, back past a moment of our clock (milliseconds since 1970). Times are compared on the provider's
 * clock: one that runs minutes behind ours would otherwise prove that what just arrived never did. `theirs` is the same moment on that clock, where
 * it was known then: ours may have been set since. Every page passes the provider's limits.
 */
export async function readHistory(
  desk: ProviderDesk,
  history: HistorySource,
  since: number,
  clock: Pick<Clock, 'now'>,
  signal: AbortSignal,
  theirs: number | null = null,
): Promise<HistoryRead> {
  const entries = new Map<string, HistoryEntry>();
  let newestFirst = true;
  let last = Number.POSITIVE_INFINITY;
  let aheadMs: number | null = null;
  let at = theirs;
  let from = at === null ? since - UNKNOWN_CLOCK_MS : at - CLOCK_TOLERANCE_MS;
  let back = from;
  const done = (complete: boolean, why: string): HistoryRead => {
    const ordered = newestFirst ? why : 'the history is not newest first, or does not show times';
    return { kind: 'read', entries: [...entries.values()], aheadMs, at, from, complete: complete && newestFirst, why: ordered };
  };
  for (let number = 1; number <= MOST_PAGES; number++) {
    const result = await desk.ask('other', history.page(number, PAGE_SIZE), signal);
    if (result.kind !== 'answer') return { kind: 'failed', why: `the history could not be read: ${result.message}` };
    const date = Date.parse(result.answer.headers.date ?? '');
    if (number === 1 && !Number.isNaN(date)) {
      aheadMs = date - clock.now();
      at = theirs ?? since + aheadMs;
      from = at - CLOCK_TOLERANCE_MS;
      // Where the two disagree, what lies between them is read too: it may speak against absence.
      back = Math.min(from, since + aheadMs - CLOCK_TOLERANCE_MS);
    }
    const page = history.read(result.answer);
    if (page === null)
      return { kind: 'failed', why: `the history was answered with ${result.answer.status} and no list that can be recognised` };
    // Entries move down while others are added: what was seen already is not counted again.
    const fresh = page.entries.filter((entry) => !entries.has(entry.id));
    for (const entry of fresh) {
      entries.set(entry.id, entry);
      if (entry.createdAt === null || entry.createdAt > last + ORDER_SLACK_MS) newestFirst = false;
      last = Math.min(last, entry.createdAt ?? last);
    }
    if (last < back || page.more === false) return done(true, '');
    if (fresh.length === 0) return done(false, 'the history does not say that it was read to its end');
  }
  return done(false, `the history goes back further than ${MOST_PAGES} pages`);
}
