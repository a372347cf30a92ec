/** One wait to be chosen. */
export interface BackoffInput {
  /** How many attempts have failed, from 1. */
  readonly attempt: number;
  /** What the answer asked for, milliseconds; null when it did not. */
  readonly retryAfterMs?: number | null;
  /** From 0 up to, not including, 1. */
  readonly random: number;
}

const THROTTLE_BASE_MS = 1_000;
const THROTTLE_CAP_MS = 120_000;
const TRANSIENT_BASE_MS = 500;
const TRANSIENT_CAP_MS = 30_000;

/**
 * How long to wait after the provider said "too many", milliseconds: what it asked for, never less; else at least half
 * of a doubling step (equal jitter). Full jitter would spend every attempt within seconds of a limit of minutes.
 */
export function throttleDelay(input: BackoffInput): number {
  if (input.retryAfterMs != null) return spread(input.retryAfterMs, input.random);
  const step = doubled(THROTTLE_BASE_MS, THROTTLE_CAP_MS, input.attempt);
  return step / 2 + (step / 2) * input.random;
}

/** How long to wait after a passing fault (reset, 5xx), milliseconds: anything up to a doubling step (full jitter); never less than was asked for. */
export function transientDelay(input: BackoffInput): number {
  if (input.retryAfterMs != null) return spread(input.retryAfterMs, input.random);
  return doubled(TRANSIENT_BASE_MS, TRANSIENT_CAP_MS, input.attempt) * input.random;
}

/** Late by at most a quarter of a second and a tenth, so that many clients do not come back in one instant. */
function spread(askedMs: number, random: number): number {
  return Math.max(0, askedMs) + random * (250 + Math.max(0, askedMs) / 10);
}

function doubled(baseMs: number, capMs: number, attempt: number): number {
  return Math.min(capMs, baseMs * 2 ** Math.min(30, Math.max(0, attempt - 1)));
}
