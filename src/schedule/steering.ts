import type { LimitState } from '../job-type/provider.ts';
import type { LogEntry } from './ticket.ts';
import { windowMargin } from './window-margin.ts';

/** What the server said of its own count. */
export interface Steering {
  /** When the request left whose answer said so, monotonic milliseconds. */
  readonly sentAt: number;
  /** Until when it holds, monotonic milliseconds. */
  readonly until: number;
  /** How many more may be sent until then. */
  left: number;
}

/**
 * How many requests may still be sent, after an answer that named what remains.
 *
 * The server's figure knows of this request and of those that were answered before it left. Every other one, on the
 * way now or answered since, may not be in the figure yet and is taken off: this never allows more than the server does.
 */
export function steeringOf(
  state: LimitState,
  sentAt: number,
  entries: ReadonlySet<LogEntry>,
  now: number,
  longestWindowMs: number,
): Steering {
  let unseen = 0;
  for (const entry of entries) {
    if (entry.sentAt === sentAt && entry.answeredAt === now) continue;
    if (entry.answeredAt === null || entry.answeredAt >= sentAt) unseen += 1;
  }
  // A reset beyond the longest window is a misread figure. Dates and epochs are whole seconds: up to one was cut off.
  const resetIn = Math.min(Math.max(0, state.resetInMs), longestWindowMs);
  const cutOff = resetIn > 0 && resetIn % 1_000 === 0 ? 1_000 : 0;
  return { sentAt, until: now + resetIn + cutOff + windowMargin(resetIn), left: state.remaining - unseen };
}
