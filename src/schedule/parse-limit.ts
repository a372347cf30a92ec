import type { LimitDefinition, RateWindow } from '../job-type/provider.ts';
import { DURATION_PATTERN, parseDuration } from '../values/duration.ts';

/** A limit that was read, or what is wrong with it. */
export type ParsedLimit = { readonly limit: LimitDefinition } | { readonly problem: string };

const WINDOW_HELP = 'written as requests per time, such as 100/min, 24/h or 100/600ms, or a list of these';

/** More than anybody is allowed, and still few digits to look through. */
export const MOST = 999_999_999;
const WHOLE_NUMBER = '0*[1-9]\\d{0,8}';

/** `100/min`, `100/600ms`, `24/1h30m`: as a pattern, which the JSON Schema of the configuration shares. A time of 0 is no time. */
export const WINDOW_PATTERN = `^\\s*${WHOLE_NUMBER}\\s*/\\s*(ms|s|min|m|h|d|(?=[^/]*[1-9])${DURATION_PATTERN})\\s*$`;
const WINDOW = new RegExp(WINDOW_PATTERN);

/** `5`, `5..10`, and `auto` where documents name a range. The order of the two is left to the program. */
export function slotsPattern(knowsAuto: boolean): string {
  return `^\\s*(${WHOLE_NUMBER}(\\s*\\.\\.\\s*${WHOLE_NUMBER})?${knowsAuto ? '|auto' : ''})\\s*$`;
}
const SLOTS = new RegExp(slotsPattern(false));

/** The range that `auto` stands for, from the provider's documents; absent where they name none. */
type Documented = readonly [least: number, most: number];

/**
 * A limit as the configuration writes it: `100/min`, a list of windows, or a number or range of slots (`5`, `5..10`, `auto`), by the kind
 * that its name has.
 */
export function parseLimit(value: unknown, kind: LimitDefinition['kind'], documented?: Documented): ParsedLimit {
  return kind === 'slots' ? parseSlots(value, documented) : parseWindows(value);
}

/** What a number of slots may be, in words. */
export function slotForms(documented?: Documented): string {
  const auto = documented ? `, or auto for ${documented[0]}..${documented[1]}, which is what the documents name` : '';
  return `a whole number of jobs at once, from 1 to ${MOST}; or a range such as 5..10, within which the size is sought${auto}`;
}

function parseSlots(value: unknown, documented?: Documented): ParsedLimit {
  const range = slotRange(typeof value === 'string' ? value.trim() : value, documented);
  if (range) return { limit: { kind: 'slots', max: range[1], ...(range[0] < range[1] && { min: range[0] }) } };
  return { problem: `found ${JSON.stringify(value) ?? 'nothing'}; allowed is ${slotForms(documented)}` };
}

function slotRange(value: unknown, documented: Documented | undefined): Documented | null {
  if (value === 'auto') return documented ?? null;
  const written = typeof value === 'string' && SLOTS.test(value) ? value.split('..').map(Number) : [value];
  const [from, to = from] = written;
  return isSlots(from) && isSlots(to) && from <= to ? [from, to] : null;
}

function isSlots(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST;
}

function parseWindows(value: unknown): ParsedLimit {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  const windows: RateWindow[] = [];
  for (const text of texts) {
    const window = typeof text === 'string' ? parseWindow(text) : null;
    if (!window) return { problem: `found ${JSON.stringify(text) ?? 'nothing'}; allowed is a limit ${WINDOW_HELP}` };
    windows.push(window);
  }
  if (windows.length === 0) return { problem: `found an empty list; allowed is a limit ${WINDOW_HELP}` };
  return { limit: { kind: 'window', windows } };
}

function parseWindow(text: string): RateWindow | null {
  if (!WINDOW.test(text)) return null;
  const [max = '', length = ''] = text.split('/').map((part) => part.trim());
  const windowMs = parseDuration(/^\d/.test(length) ? length : `1${length}`);
  return windowMs !== null && windowMs > 0 ? { max: Number(max), windowMs } : null;
}
