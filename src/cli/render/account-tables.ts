import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { escapeTerminal } from '../../report/escape-terminal.ts';
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

const GAP = 2;
/** Words in a narrower column than this are a tower nobody reads: what a model makes is then left to `--json`. */
const NARROWEST = 24;

/** One row a model, as wide as the terminal. */
export function renderModels({ models }: ModelsDocument, style: { readonly width: number; readonly colors: Colors }): string {
  const head = ['Model', 'Price', 'From', 'Makes'];
  const facts = models.map((model) => [model.model, priceText(model), model.source ?? '']);
  const taken = [0, 1, 2].map((at) => Math.max(...[head, ...facts].map((row) => stringWidth(row[at] ?? ''))) + GAP);
  const left = style.width - taken.reduce((sum, width) => sum + width, 0);
  if (left < NARROWEST) return plainTable(head.slice(0, 3), facts, [], style.colors);
  const rows = models.flatMap((model, at) => {
    const [first = '', ...more] = wrapAnsi(escapeTerminal(model.summary), left).split('\n');
    return [[...(facts[at] ?? []), first], ...more.map((line) => ['', '', '', line])];
  });
  return plainTable(head, rows, [], style.colors);
}

/** One figure, a range, or that nobody says. */
function priceText({ model, prices, unit }: ModelEntry): string {
  if (model.endsWith('<slug>')) return '';
  const known = prices.flatMap(({ amount, per_second: perSecond }) => {
    const figure = perSecond ?? amount;
    return figure === null ? [] : [{ figure, bySecond: perSecond !== null }];
  });
  if (known.length === 0) return 'unknown';
  const figures = known.map(({ figure }) => figure);
  const bySecond = known.every((price) => price.bySecond) ? ' a second' : '';
  const [least, most] = [Math.min(...figures), Math.max(...figures)].map((figure) => formatAmount(toMicros(figure)));
  return least === most ? `${least} ${unit}${bySecond}` : `${least} to ${most} ${unit}${bySecond}`;
}
