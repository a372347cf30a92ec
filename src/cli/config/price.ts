import type { ConfiguredPrice } from '../../job-type/job-type.ts';
import { leaf } from './leaf.ts';

const LARGEST = 1_000_000_000;
const AMOUNT = { type: 'number', minimum: 0, maximum: LARGEST };

/** A price in the provider's unit: a number a job, or `{ per_second: 20 }`, or `{ per_job: 220 }`. */
export const price = leaf('units a job such as 220, or { per_second: 20 }', readPrice, {
  anyOf: [
    AMOUNT,
    { type: 'object', properties: { per_second: AMOUNT }, required: ['per_second'], additionalProperties: false },
    { type: 'object', properties: { per_job: AMOUNT }, required: ['per_job'], additionalProperties: false },
  ],
});

function readPrice(value: unknown): ConfiguredPrice | null {
  if (isAmount(value)) return { perJob: value };
  if (typeof value !== 'object' || value === null) return null;
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0 || !isAmount(entry[1])) return null;
  if (entry[0] === 'per_second') return { perSecond: entry[1] };
  return entry[0] === 'per_job' ? { perJob: entry[1] } : null;
}

/** Not NaN, not endless, and not below 0: a price that would be added up wrongly is no price. */
function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= LARGEST;
}
