import type { ApiAnswer } from '../../src/job-type/outcomes.ts';
import type { LimitState } from '../../src/job-type/provider.ts';
import { amountOf } from '../shared/read-fields.ts';

/** No window is longer than an hour; a reset further away than a day is nonsense, and is not waited for. */
const LONGEST_MS = 24 * 3_600_000;

/**
 * `X-RateLimit-Limit`, `-Remaining`, `-Reset`: "Unix timestamp when limit resets", seconds or milliseconds not said. From 1e12 it is
 * milliseconds since 1970, from 1e9 seconds since 1970, below that seconds to go. A point in time is compared with the answer's own
 * `Date`, never with this machine's clock; without a `Date` it says nothing.
 */
export function readLimitHeaders(answer: ApiAnswer): LimitState | null {
  const { headers } = answer;
  const remaining = amountOf(headers['x-ratelimit-remaining'] ?? headers['ratelimit-remaining']);
  const reset = amountOf(headers['x-ratelimit-reset'] ?? headers['ratelimit-reset']);
  if (remaining === null || reset === null || reset < 0) return null;
  const resetInMs = untilReset(reset, headers.date);
  if (resetInMs === null || resetInMs > LONGEST_MS) return null;
  const limit = amountOf(headers['x-ratelimit-limit'] ?? headers['ratelimit-limit']);
  return { limit: limit !== null && limit > 0 ? limit : null, remaining: Math.max(0, Math.floor(remaining)), resetInMs };
}

function untilReset(reset: number, date: string | undefined): number | null {
  if (reset < 1e9) return Math.ceil(reset * 1000);
  const sent = date === undefined ? Number.NaN : Date.parse(date);
  if (Number.isNaN(sent)) return null;
  return Math.max(0, Math.ceil(reset >= 1e12 ? reset - sent : reset * 1000 - sent));
}
