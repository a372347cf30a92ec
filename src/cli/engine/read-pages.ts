import type { ApiAnswer, ApiRequest } from '../../job-type/outcomes.ts';
import type { Stopped } from '../../report/run-document.ts';
import type { ProviderDesk, SendResult } from '../../work/provider-desk.ts';

/** A list that is read page by page. */
export interface PagedList<Entry> {
  page(number: number, size: number): ApiRequest;
  /** Null when no list can be recognised. */
  read(answer: ApiAnswer): { readonly entries: readonly Entry[]; readonly more: boolean | null } | null;
  /** What tells one entry from another: entries move down while others are added, and some lists know no pages. */
  keyOf(entry: Entry): string;
}

/** What was read; `why` says what kept the rest. */
export interface PagesRead<Entry> {
  readonly entries: readonly Entry[];
  readonly why: string | null;
  readonly reason: Stopped | null;
}

const PAGE_SIZE = 50;
/** A question that gets no answer must not hang a command, milliseconds a page. */
const LOOK_MS = 30_000;

/** Reads a list, the newest entries first, until there are enough or nothing new comes. Every page passes the provider's limits. */
export async function readPages<Entry>(desk: ProviderDesk, list: PagedList<Entry>, limit: number): Promise<PagesRead<Entry>> {
  const found = new Map<string, Entry>();
  const entries = (): Entry[] => [...found.values()].slice(0, limit);
  for (let number = 1; found.size < limit; number++) {
    const signal = AbortSignal.timeout(LOOK_MS);
    const result = await desk.ask('other', list.page(number, PAGE_SIZE), signal).catch((error: unknown): SendResult => {
      if (!signal.aborted) throw error;
      return { kind: 'not_sent', message: 'the request limit left no turn in time' };
    });
    if (result.kind !== 'answer') return { entries: entries(), why: result.message, reason: 'outage' };
    const { answer } = result;
    if (answer.status >= 400) {
      const failure = desk.provider.readFailure(answer);
      return { entries: entries(), why: failure.message, reason: failure.class === 'auth' ? 'auth' : 'outage' };
    }
    const page = list.read(answer);
    if (page === null) {
      return { entries: entries(), why: `answered with ${answer.status} and no list that can be recognised`, reason: 'outage' };
    }
    const before = found.size;
    for (const entry of page.entries) if (!found.has(list.keyOf(entry))) found.set(list.keyOf(entry), entry);
    if (found.size === before || page.more === false) break;
  }
  return { entries: entries(), why: null, reason: null };
}
