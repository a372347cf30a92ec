import type { Transaction } from '../job-type/provider.ts';
import type { WorkContext } from './work-context.ts';

const PAGE_SIZE = 100;
/** Bookings further back are left to the balance, and to the person. */
const MOST_PAGES = 50;

/**
 * The bookings of an account, newest first, page by page until they are older than `since` (milliseconds since 1970) or nothing new comes.
 * Nothing where the provider has none, or none that can be recognised; ends quietly when the signal aborts.
 */
export async function* readTransactions(
  context: WorkContext,
  provider: string,
  since: number,
  signal: AbortSignal,
): AsyncGenerator<readonly Transaction[]> {
  const desk = context.desks[provider];
  const source = desk?.provider.transactions;
  if (!desk || !source) return;
  const seen = new Set<string>();
  try {
    for (let number = 1; number <= MOST_PAGES; number++) {
      const result = await desk.ask('other', source.page?.(number, PAGE_SIZE) ?? source.request, signal);
      const entries = (result.kind === 'answer' && source.read(result.answer)) || [];
      // An account that knows no pages sends the same ones again; others move down while new ones come in.
      const fresh = entries.filter((entry) => !seen.has(JSON.stringify(entry.raw)));
      for (const entry of fresh) seen.add(JSON.stringify(entry.raw));
      if (fresh.length === 0) return;
      yield fresh;
      if (Math.min(...fresh.map((entry) => entry.at ?? Number.POSITIVE_INFINITY)) < since) return;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
