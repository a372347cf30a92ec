import type { RateWindow } from '../job-type/provider.ts';

/** The widest spacing, milliseconds: enough that a fresh window is not emptied in one burst, too little to be felt. */
const WIDEST_MS = 50;

/** Least time between two requests, milliseconds: a tenth of what the strictest window sustains, at most 50. */
export function spacingMs(windows: readonly RateWindow[]): number {
  const sustained = Math.max(0, ...windows.map((window) => window.windowMs / window.max));
  return Math.min(WIDEST_MS, Math.floor(sustained / 10));
}
