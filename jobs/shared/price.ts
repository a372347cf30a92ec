import type { ConfiguredPrice, Quote } from '../../src/job-type/job-type.ts';

/** What one job costs by a price entry: `perJob` times the outputs asked for, `perSecond` times the duration; null when the duration is not given. */
export function amountBy(price: ConfiguredPrice, seconds: unknown, outputs: number): number | null {
  if ('perJob' in price) return price.perJob * outputs;
  return typeof seconds === 'number' ? price.perSecond * seconds : null;
}

/** A quote; an amount that is not known is unknown, never 0. */
export function quoteOf(amount: number | null, basis: Quote['basis'], publishingWouldSave = 0): Quote {
  return { amount, basis: amount === null ? 'unknown' : basis, publishingWouldSave: amount === null ? 0 : publishingWouldSave };
}
