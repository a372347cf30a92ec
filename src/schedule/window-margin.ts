/** Added to every window, milliseconds: timers and the network are never exact. */
const FIXED_MS = 50;
/** Added to every window, as a share of it: two clocks drift apart. 0.05 % is far beyond what a working clock does. */
const DRIFT = 0.000_5;

/** How much longer than the documented window a request is counted, milliseconds. */
export function windowMargin(windowMs: number): number {
  return FIXED_MS + windowMs * DRIFT;
}

/**
 * How long after it was sent a request can at the latest be counted by the server, milliseconds. An answer that takes
 * longer (MayanIO's take minutes) is the work, not the way there.
 */
export const LATEST_COUNT_MS = 30_000;
