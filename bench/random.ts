import { normal } from '../src/values/seeded-random.ts';

/** Evenly between two bounds. */
export function uniform(random: () => number, from: number, to: number): number {
  return from + (to - from) * random();
}

/** Around a median with a spread (the standard deviation of the logarithm). */
export function lognormal(random: () => number, median: number, sigma: number): number {
  return median * Math.exp(sigma * normal(random));
}
