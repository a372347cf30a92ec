/**
 * Money is an integer number of millionths of the provider's unit (a credit, a point), so that sums are exact.
 * 2^53 micros are nine thousand million units: more than any account holds.
 */
export type Micros = number;

const PER_UNIT = 1_000_000;

/** Units (credits, points; fractions allowed) to micros. Throws a RangeError for what is not a finite amount that micros can hold. */
export function toMicros(units: number): Micros {
  const micros = Math.round(units * PER_UNIT);
  if (!Number.isSafeInteger(micros)) throw new RangeError(`Cannot keep ${units} as money: an amount between -9e9 and 9e9 is needed`);
  return micros === 0 ? 0 : micros;
}

/** Micros to units, as people and JSON documents see them. */
export function toUnits(micros: Micros): number {
  return micros / PER_UNIT;
}
