import type { LimitState } from '../job-type/provider.ts';

/** One request in the log. Times are monotonic milliseconds. */
export interface LogEntry {
  /** Null: a place that is taken, and nothing sent yet. */
  sentAt: number | null;
  /** Null: no answer yet. */
  answeredAt: number | null;
}

/** A place taken in a window. */
export interface Ticket {
  /** To be called just before the request leaves, which it may once what this returns (a promise, or nothing to wait for) has resolved. */
  sent(): unknown;
  /** To be called when the answer came or was given up, with what its headers say of the limit where they do. */
  answered(state?: LimitState | null): void;
  /** Gives the place back: only when surely nothing was sent. */
  release(): void;
}
