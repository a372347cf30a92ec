import type { Attempt } from '../queue/attempt-row.ts';
import type { Read } from './read-history.ts';

/** Ours was set between the intent and the look when the provider's clock was ahead of it by so much more or less, milliseconds. */
const CLOCK_SET_MS = 30_000;

type Times = Pick<Attempt, 'intentAt' | 'intentAtTheirs'>;

/** Whether our clock is known to have stood to the provider's at the intent as it does now. */
export function isSteady({ intentAt, intentAtTheirs }: Times, { aheadMs }: Pick<Read, 'aheadMs'>): boolean {
  return intentAtTheirs !== null && aheadMs !== null && Math.abs(intentAtTheirs - intentAt - aheadMs) <= CLOCK_SET_MS;
}

/** The moment of the intent, milliseconds since 1970, on our clock as it is set now. */
export function intentAtNow(attempt: Times, read: Pick<Read, 'aheadMs'>): number {
  const { intentAt, intentAtTheirs } = attempt;
  if (intentAtTheirs === null || read.aheadMs === null || isSteady(attempt, read)) return intentAt;
  return intentAtTheirs - read.aheadMs;
}
