import type { Cost } from '../action-documents.ts';

/** `, for 40 credits of ulazai and 10 points of mayanio`; nothing where nothing is to be paid. */
export function costPhrase(cost: Cost): string {
  const sums = Object.entries(cost).map(
    ([provider, { unit, total }]) => `${total?.toLocaleString('en') ?? 'not known'} ${unit} of ${provider}`,
  );
  return sums.length === 0 ? '' : `, for ${sums.join(' and ')}`;
}
