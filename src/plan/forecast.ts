import type { LimitDefinition, RateWindow } from '../job-type/provider.ts';

/** Jobs of one family that are still to be made. */
export interface ForecastLane {
  readonly provider: string;
  readonly family: string;
  readonly jobs: number;
  /** Names of the provider's slot limits that a job holds, as the job type declares them. */
  readonly slots: readonly string[];
  /** Names of the window limits that a submission counts in, besides `requests`. */
  readonly submitWindows: readonly string[];
  /** How long one job holds its slots, milliseconds: learned, or what the documents say. */
  readonly durationMs: number;
  /** Requests besides the submission that one job needs (polls). */
  readonly polls: number;
}

/** How long a batch takes, and what decides it (`time` in `plan --json`). */
export interface Forecast {
  readonly seconds: number;
  /** It takes less than this, or more than that, once in twenty times each. */
  readonly seconds_low: number;
  readonly seconds_high: number;
  /** `24 submissions an hour: 4.2 hours` */
  readonly limited_by: string;
}

interface Bound {
  readonly ms: number;
  readonly words: string;
}

/**
 * A forecast in whole seconds of what was predicted, with the limit that decides. Every limit gives a lower bound of its own; providers work
 * side by side, so the largest decides. A window lets `max` through at once and the next ones when it has passed; the last job still takes
 * its time.
 */
export function forecast(
  lanes: readonly ForecastLane[],
  limits: Readonly<Record<string, Readonly<Record<string, LimitDefinition>>>>,
  predicted: { readonly ms: number; readonly lowMs: number; readonly highMs: number },
): Forecast {
  const busy = lanes.filter((lane) => lane.jobs > 0);
  if (busy.length === 0) return { seconds: 0, seconds_low: 0, seconds_high: 0, limited_by: 'nothing to do' };
  const bounds: Bound[] = [];
  for (const lane of busy) bounds.push({ ms: lane.durationMs, words: `one generation of ${lane.family}` });
  for (const [provider, ofProvider] of Object.entries(limits)) {
    const mine = busy.filter((lane) => lane.provider === provider);
    for (const [name, limit] of Object.entries(ofProvider)) {
      if (limit.kind === 'slots') {
        const held = mine.filter((lane) => lane.slots.includes(name));
        const work = held.reduce((sum, lane) => sum + lane.jobs * lane.durationMs, 0);
        if (work > 0) bounds.push({ ms: Math.max(work / limit.max, longest(held)), words: `${limit.max} at a time` });
        continue;
      }
      const shared = name === 'requests';
      const counted = shared ? mine : mine.filter((lane) => lane.submitWindows.includes(name));
      const requests = counted.reduce((sum, lane) => sum + lane.jobs * (shared ? 1 + lane.polls : 1), 0);
      for (const window of limit.windows) {
        if (requests <= window.max) continue;
        const ms = (Math.ceil(requests / window.max) - 1) * window.windowMs + longest(counted);
        bounds.push({ ms, words: `${window.max} ${shared ? 'requests' : 'submissions'} ${spelledWindow(window)}` });
      }
    }
  }
  const decisive = bounds.reduce((most, bound) => (bound.ms > most.ms ? bound : most));
  return {
    seconds: Math.ceil(predicted.ms / 1_000),
    seconds_low: Math.floor(predicted.lowMs / 1_000),
    seconds_high: Math.ceil(predicted.highMs / 1_000),
    limited_by: `${decisive.words}: ${spelledDuration(predicted.ms)}`,
  };
}

function longest(lanes: readonly ForecastLane[]): number {
  return lanes.reduce((most, lane) => Math.max(most, lane.durationMs), 0);
}

function spelledWindow({ windowMs }: RateWindow): string {
  if (windowMs === 1_000) return 'a second';
  if (windowMs === 60_000) return 'a minute';
  if (windowMs === 3_600_000) return 'an hour';
  if (windowMs === 86_400_000) return 'a day';
  return `every ${spelledDuration(windowMs)}`;
}

/** `4.2 hours`, `3 minutes`, `45 seconds`: to two figures, as a forecast deserves. */
function spelledDuration(ms: number): string {
  const units = [
    [86_400_000, 'day'],
    [3_600_000, 'hour'],
    [60_000, 'minute'],
    [1_000, 'second'],
  ] as const;
  for (const [length, name] of units) {
    if (ms < length) continue;
    const count = ms / length;
    const rounded = count < 10 ? Math.round(count * 10) / 10 : Math.round(count);
    return `${rounded} ${name}${rounded === 1 ? '' : 's'}`;
  }
  return `${Math.round(ms)} milliseconds`;
}
