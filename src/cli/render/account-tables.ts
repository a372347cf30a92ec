import { formatAmount, formatMoney } from '../../report/format.ts';
import { toMicros } from '../../values/money.ts';
import type { BalanceDocument, ModelEntry, ModelsDocument } from '../documents.ts';
import { type Colors, plainTable } from './plain-table.ts';

/** One line an account. */
export function renderBalance({ providers }: BalanceDocument): string {
  return Object.entries(providers)
    .map(([name, { unit, balance }]) => `${name}: ${formatMoney(balance === null ? null : toMicros(balance), unit)}`)
    .join('\n');
}

/** One row a model. */
export function renderModels({ models }: ModelsDocument, style: { readonly width: number; readonly colors: Colors }): string {
  const rows = models.map((model) => [model.model, priceText(model), model.source ?? '', model.summary]);
  return plainTable(['Model', 'Price', 'From', 'Makes'], rows, [], style.colors);
}

function priceText({ price, price_per_second: perSecond, unit }: ModelEntry): string {
  if (price !== null) return formatMoney(toMicros(price), unit);
  if (perSecond !== null) return `${formatAmount(toMicros(perSecond))} ${unit} a second`;
  return 'see plan';
}
