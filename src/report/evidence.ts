import type { Micros } from '../values/money.ts';

/** Jobs that could account for a difference: how many, how much at most, and in which steps. */
export interface Evidence {
  readonly jobs: number;
  readonly amount: Micros;
  /** The greatest common divisor of the amounts: a difference that it does not divide cannot come from these jobs. 0 without any. */
  readonly step: Micros;
  /** Jobs without a known price, which could account for anything. */
  readonly unpriced: number;
}

/** No jobs. */
export const NO_EVIDENCE: Evidence = { jobs: 0, amount: 0, step: 0, unpriced: 0 };

/** With one more job; null is a job whose price is not known. */
export function withJob(evidence: Evidence, amount: Micros | null): Evidence {
  if (amount === null) return { ...evidence, jobs: evidence.jobs + 1, unpriced: evidence.unpriced + 1 };
  return { ...evidence, jobs: evidence.jobs + 1, amount: evidence.amount + amount, step: gcd(evidence.step, amount) };
}

/** Both together. */
export function merged(a: Evidence, b: Evidence): Evidence {
  return { jobs: a.jobs + b.jobs, amount: a.amount + b.amount, step: gcd(a.step, b.step), unpriced: a.unpriced + b.unpriced };
}

/** How far the jobs account for `wanted` (more than 0): all of them exactly, some of them possibly, or not. */
export function accountsFor(evidence: Evidence, wanted: Micros): 'exactly' | 'partly' | 'no' {
  if (evidence.unpriced > 0) return 'partly';
  if (evidence.amount === wanted) return 'exactly';
  return evidence.amount > wanted && wanted % evidence.step === 0 ? 'partly' : 'no';
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
