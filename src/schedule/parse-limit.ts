import type { LimitDefinition, RateWindow } from '../job-type/provider.ts';
import { parseDuration } from '../values/duration.ts';

/** A limit that was read, or what is wrong with it. */
export type ParsedLimit = { readonly limit: LimitDefinition } | { readonly problem: string };

const WINDOW_HELP = 'written as requests per time, such as 100/min, 24/h or 100/600ms, or a list of these';

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
  return `a whole number of jobs at once, from 1; or a range such as 5..10, within which the size is sought${auto}`;
}

function parseSlots(value: unknown, documented?: Documented): ParsedLimit {
  const range = slotRange(typeof value === 'string' ? value.trim() : value, documented);
  if (range) return { limit: { kind: 'slots', max: range[1], ...(range[0] < range[1] && { min: range[0] }) } };
  return { problem: `found ${JSON.stringify(value) ?? 'nothing'}; allowed is ${slotForms(documented)}` };
}

function slotRange(value: unknown, documented: Documented | undefined): Documented | null {
  if (value === 'auto') return documented ?? null;
  const [, least, most = least] = typeof value === 'string' ? (/^(\d+)(?:\s*\.\.\s*(\d+))?$/.exec(value) ?? []) : [];
  const [from, to] = typeof value === 'number' ? [value, value] : [Number(least), Number(most)];
  return Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 1 && from <= to ? [from, to] : null;
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
  const found = /^(\d+)\s*\/\s*(\S+)$/.exec(text.trim());
  if (!found) return null;
  const max = Number(found[1]);
  const length = found[2]!;
  const windowMs = parseDuration(/^\d/.test(length) ? length : `1${length}`);
  if (windowMs === null || !(windowMs > 0) || !Number.isSafeInteger(max) || max < 1) return null;
  return { max, windowMs };
}
