import { type Micros, toUnits } from '../values/money.ts';

const AMOUNT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });
const COUNT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const RATE = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

const RANGE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
/** Length, name, and from how many on it is used: few minutes are told in seconds. */
const RANGE_UNITS = [
  [86_400_000, 'day', 1.5],
  [3_600_000, 'hour', 1.5],
  [60_000, 'minute', 3],
  [1_000, 'second', 0],
] as const;

/** `1,234.5`: an amount without its unit. */
export function formatAmount(micros: Micros): string {
  return AMOUNT.format(toUnits(micros));
}

/** `1,234.5 credits`, `1 credit`; `not known` for null. */
export function formatMoney(micros: Micros | null, unit: string): string {
  if (micros === null) return 'not known';
  return `${formatAmount(micros)} ${Math.abs(micros) === 1_000_000 ? unit.replace(/s$/, '') : unit}`;
}

/** `12,345`. */
export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** `1 job`, `12,345 jobs`. */
export function formatJobs(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'job' : 'jobs'}`;
}

/** Three significant figures: `58.2`, `1,230`. */
export function formatRate(rate: number): string {
  return RATE.format(rate);
}

const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** `0 bytes`, `15.2 MB`: decimal units, as file managers and providers count. */
export function formatBytes(bytes: number): string {
  let size = 0;
  let value = bytes;
  while (value >= 999.95 && size < SIZES.length - 1) {
    value /= 1000;
    size += 1;
  }
  return inUnit(value, SIZES[size] ?? 'byte', size === 0 ? 0 : 1, size === 0 ? 'long' : 'short');
}

/** `420 ms`, `4.2 sec`, `3 min 20 sec`, `2 hr 14 min`, `3 days 4 hr`: two units at most. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${COUNT.format(ms)} ms`;
  if (ms < 59_950) return inUnit(ms / 1000, 'second', 1);
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'minute', seconds % 60, 'second');
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) return pair(Math.floor(minutes / 60), 'hour', minutes % 60, 'minute');
  const hours = Math.round(minutes / 60);
  return pair(Math.floor(hours / 24), 'day', hours % 24, 'hour');
}

/** `1.2 to 1.5 hours`, `12 minutes`: a range as it deserves, in the unit of its upper end. */
export function formatRange(lowMs: number, highMs: number, words: 'short' | 'long' = 'long'): string {
  const [length, unit] = RANGE_UNITS.find(([ms, , from]) => highMs >= from * ms) ?? RANGE_UNITS[3];
  const figure = (ms: number): string => {
    const count = ms / length;
    return RANGE.format(count < 10 && length > 60_000 ? Math.round(count * 10) / 10 : Math.round(count));
  };
  const high = inUnit(Number(figure(highMs).replaceAll(',', '')), unit, 1, words);
  return figure(lowMs) === figure(highMs) ? high : `${figure(lowMs)} to ${high}`;
}

/** `2026-03-01 22:14 UTC`; the same on every machine, so that two people read the same report. */
export function formatTime(at: number | null): string {
  return at === null ? 'not yet' : `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function pair(first: number, firstUnit: string, second: number, secondUnit: string): string {
  const start = inUnit(first, firstUnit, 0);
  return second === 0 ? start : `${start} ${inUnit(second, secondUnit, 0)}`;
}

function inUnit(value: number, unit: string, digits: number, unitDisplay: 'short' | 'long' = 'short'): string {
  return new Intl.NumberFormat('en-US', { style: 'unit', unit, unitDisplay, maximumFractionDigits: digits }).format(value);
}
