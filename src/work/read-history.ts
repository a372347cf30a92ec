import type { HistoryEntry, HistorySource } from '../job-type/history.ts';
import type { ProviderDesk } from './provider-desk.ts';

/** A history as far as it was read. */
export type HistoryRead =
  | {
      readonly kind: 'read';
      readonly entries: readonly HistoryEntry[];
      /** Newest first, and read back past the time asked for: what is not in it never arrived. */
      readonly complete: boolean;
      readonly why: string;
    }
  | { readonly kind: 'failed'; readonly why: string };

/** A provider's clock may differ from ours by so much before a time of its history speaks for or against anything. */
export const CLOCK_TOLERANCE_MS = 2 * 60_000;

/** Several servers of one provider may stamp what comes at the same time a little out of order, milliseconds. */
const ORDER_SLACK_MS = 5_000;

const PAGE_SIZE = 50;
const MOST_PAGES = 40;

/** Reads a provider's history, newest first, back past a time (milliseconds since 1970). Every page passes the provider's limits. */
export async function readHistory(desk: ProviderDesk, history: HistorySource, since: number, signal: AbortSignal): Promise<HistoryRead> {
  const entries = new Map<string, HistoryEntry>();
  let newestFirst = true;
  let last = Number.POSITIVE_INFINITY;
  for (let number = 1; number <= MOST_PAGES; number++) {
    const result = await desk.ask('other', history.page(number, PAGE_SIZE), signal);
    if (result.kind !== 'answer') return { kind: 'failed', why: `the history could not be read: ${result.message}` };
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
    const all = [...entries.values()];
    const done = (complete: boolean, why: string): HistoryRead => ({ kind: 'read', entries: all, complete: complete && newestFirst, why });
    if (last < since) return done(true, newestFirst ? '' : 'the history is not newest first, or does not show times');
    if (page.more === false) return done(true, newestFirst ? '' : 'the history is not newest first, or does not show times');
    if (fresh.length === 0) return done(false, 'the history does not say that it was read to its end');
  }
  return { kind: 'read', entries: [...entries.values()], complete: false, why: `the history goes back further than ${MOST_PAGES} pages` };
}
