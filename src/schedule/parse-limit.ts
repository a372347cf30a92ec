import type { LimitDefinition, RateWindow } from '../job-type/provider.ts';
import { parseDuration } from '../values/duration.ts';

/** A limit that was read, or what is wrong with it. */
export type ParsedLimit = { readonly limit: LimitDefinition } | { readonly problem: string };

const WINDOW_HELP = 'written as requests per time, such as 100/min, 24/h or 100/600ms, or a list of these';

/** A limit as the configuration writes it: `100/min`, a list of windows, or a number of slots, by the kind that its name has. */
export function parseLimit(value: unknown, kind: LimitDefinition['kind']): ParsedLimit {
  return kind === 'slots' ? parseSlots(value) : parseWindows(value);
}

function parseSlots(value: unknown): ParsedLimit {
  const max = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
  if (typeof max === 'number' && Number.isSafeInteger(max) && max >= 1) return { limit: { kind: 'slots', max } };
  return { problem: `found ${JSON.stringify(value) ?? 'nothing'}; allowed is a whole number of jobs at once, from 1` };
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
