import type { RateWindow } from '../job-type/provider.ts';
import { parseDuration } from '../values/duration.ts';

/**
 * Window limits as they are written in the configuration: `100/min`, `100/600ms`, `24/h`, or a list of them that all
 * hold at once. Null when any of them is not one; an empty list is none.
 */
export function parseWindows(text: string | readonly string[]): readonly RateWindow[] | null {
  const windows: RateWindow[] = [];
  for (const one of typeof text === 'string' ? [text] : text) {
    const found = /^\s*(\d{1,9})\s*\/\s*(\d+(?:\.\d+)?)?\s*([a-z]+)\s*$/i.exec(one);
    if (!found) return null;
    const max = Number(found[1]);
    const windowMs = parseDuration(`${found[2] ?? '1'}${found[3]?.toLowerCase() ?? ''}`);
    if (windowMs === null || windowMs < 1 || max < 1) return null;
    windows.push({ max, windowMs });
  }
  return windows.length === 0 ? null : windows;
}
