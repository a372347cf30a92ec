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

/** `ulazai: 5 of 5 slots | 43 of 100 requests in 1 min | next submission in 12 sec`, in so many columns: shorter first, then what matters least goes. */
export function providerLine(load: ProviderLoad, columns: number): string {
  const { name, slots, requests, nextFreeMs, throttledMs } = load;
  // A limit that nothing of the batch holds is no news.
  const busy = slots.filter((slot, at) => slot.held > 0 || (at === 0 && slots.every((each) => each.held === 0)));
  const held = (of: string): string =>
    busy
      .map(({ name: slot, held: used, max, range }) => {
        const sought = range ? ` (${range.min}..${range.max})` : '';
        return `${formatCount(used)}${of}${formatCount(max)} ${slotWords(slot)}${sought}`;
      })
      .join(', ');
  const sent = (of: string): string => (requests === null ? '' : `${formatCount(requests.used)}${of}${formatCount(requests.max)} requests`);
  const window = requests === null ? '' : ` in ${formatDuration(requests.windowMs)}`;
  // A second more or less is no news.
  const next = nextFreeMs === null || nextFreeMs < throttledMs + 1_000 ? '' : formatDuration(nextFreeMs);
  const blocked = throttledMs < 1_000 ? '' : `throttled for ${formatDuration(throttledMs)}`;
  const line = (...parts: string[]): string => `${name}: ${parts.filter(Boolean).join(' | ') || 'idle'}`;
  const lines = [
    line(blocked, held(' of '), sent(' of ') + window, next && `next submission in ${next}`),
    line(blocked, held('/'), sent('/'), next && `next in ${next}`),
    line(blocked, held('/'), sent('/')),
    line(blocked, held('/')),
    line(blocked || held('/')),
  ];
  return fitting(lines.map(printable), columns);
}

/** `longest on their way: lamp-film 4 min, generating; mug 20 sec, downloading`; empty when nothing is. */
export function oldestLine(jobs: readonly JobOnItsWay[], columns: number): string {
  const [first] = jobs;
  if (first === undefined) return '';
  const words = jobs.map(({ id, elapsedMs, waitsFor }) => `${id} ${formatDuration(elapsedMs)}, ${WAITS[waitsFor]}`);
  const lines = words.map((_, at) => `longest on their way: ${words.slice(0, words.length - at).join('; ')}`);
  // The end of a long id is cut off sooner than what it waits for.
  const shortest = `longest: ${formatDuration(first.elapsedMs)}, ${WAITS[first.waitsFor]}: ${first.id}`;
  return fitting([...lines, shortest].map(printable), columns);
}

/** The slots that every job of a provider holds are just slots; others are named. */
function slotWords(name: string): string {
  return name === 'concurrency' ? 'slots' : `${name.replace(/_?concurrency$/, '').replaceAll('_', ' ')} slots`;
}
