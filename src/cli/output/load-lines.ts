import { formatCount, formatDuration } from '../../report/format.ts';
import { fitting } from './fitting.ts';
import { printable } from './printable.ts';

/** How much of what a provider allows is used now. */
export interface ProviderLoad {
  readonly name: string;
  /** The tightest of its slot limits, or all of them: held of at most. */
  readonly slots: readonly {
    readonly name: string;
    readonly held: number;
    readonly max: number;
    /** Within which `max` is sought. */
    readonly range?: { readonly min: number; readonly max: number };
  }[];
  /** Everything that is sent, in its window; null where nothing limits it. */
  readonly requests: { readonly used: number; readonly max: number; readonly windowMs: number } | null;
  /** Milliseconds until the next submission may be sent; null where that is not known. */
  readonly nextFreeMs: number | null;
  /** Milliseconds for which it lets nothing in; 0 when it does. */
  readonly throttledMs: number;
}

/** A job that is on its way, and what it waits for. */
export interface JobOnItsWay {
  readonly id: string;
  readonly elapsedMs: number;
  readonly waitsFor: 'answer' | 'generation' | 'download';
}

const WAITS = { answer: 'waiting for its answer', generation: 'generating', download: 'downloading' } as const;

/** `ulazai: 5 of 5 slots | 43 of 100 requests in 1 min | next submission in 12 sec`, in so many columns: what matters least goes first. */
export function providerLine(load: ProviderLoad, columns: number): string {
  const { name, slots, requests, nextFreeMs, throttledMs } = load;
  // A limit that nothing of the batch holds is no news.
  const busy = slots.filter((slot, at) => slot.held > 0 || (at === 0 && slots.every((each) => each.held === 0)));
  const held = busy
    .map((slot) => {
      const range = slot.range ? ` (${slot.range.min}..${slot.range.max})` : '';
      return `${formatCount(slot.held)} of ${formatCount(slot.max)} ${slotWords(slot.name)}${range}`;
    })
    .join(', ');
  const sent =
    requests === null
      ? ''
      : `${formatCount(requests.used)} of ${formatCount(requests.max)} requests in ${formatDuration(requests.windowMs)}`;
  // A second more or less is no news.
  const next = nextFreeMs === null || nextFreeMs < 1_000 ? '' : `next submission in ${formatDuration(nextFreeMs)}`;
  const blocked = throttledMs < 1_000 ? '' : `throttled for ${formatDuration(throttledMs)}`;
  const line = (...parts: string[]): string => `${name}: ${parts.filter(Boolean).join(' | ') || 'idle'}`;
  return fitting([line(blocked, held, sent, next), line(blocked, held, sent), line(blocked, held), line(blocked)].map(printable), columns);
}

/** `longest on their way: lamp-film 4 min, generating; mug 20 sec, downloading`; empty when nothing is. */
export function oldestLine(jobs: readonly JobOnItsWay[], columns: number): string {
  if (jobs.length === 0) return '';
  const words = jobs.map(({ id, elapsedMs, waitsFor }) => `${id} ${formatDuration(elapsedMs)}, ${WAITS[waitsFor]}`);
  const counts = words.map((_, at) => words.slice(0, words.length - at));
  return fitting(
    counts.map((some) => printable(`longest on their way: ${some.join('; ')}`)),
    columns,
  );
}

/** The slots that every job of a provider holds are just slots; others are named. */
function slotWords(name: string): string {
  return name === 'concurrency' ? 'slots' : `${name.replace(/_?concurrency$/, '').replaceAll('_', ' ')} slots`;
}
