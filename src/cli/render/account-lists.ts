import stringWidth from 'string-width';
import { escapeTerminal } from '../../report/escape-terminal.ts';
import { formatAmount, formatMoney } from '../../report/format.ts';
import { toMicros } from '../../values/money.ts';
import type { HistoryItem, ProfileItem, TransactionItem } from '../account.ts';
import { type Colors, plainTable } from './plain-table.ts';

/** How wide a table may be, and in which colours. */
interface Style {
  readonly width: number;
  readonly colors: Colors;
}

/** One line a generation; the prompt takes what room is left. */
export function renderHistory(items: readonly HistoryItem[], style: Style): string {
  const head = ['Created', 'From', 'Status', 'Model', 'Job', 'Id', 'Prompt'];
  const rows = items.map((item) => [
    time(item.created_at),
    `${item.provider}/${item.type}`,
    item.status ?? '',
    item.model ?? '',
    item.job === null ? '' : `${item.job.batch}: ${item.job.id}`,
    item.id,
    item.prompt ?? '',
  ]);
  return table(head, rows, [], style);
}

/** One line a booking. */
export function renderTransactions(items: readonly TransactionItem[], style: Style): string {
  const head = ['Booked', 'Account', 'Amount', 'Unit', 'Job', 'For'];
  const rows = items.map((item) => [
    time(item.at),
    item.provider,
    item.amount === null ? '?' : formatAmount(toMicros(item.amount)),
    item.unit,
    item.job === null ? '' : `${item.job.batch}: ${item.job.id}`,
    item.description ?? '',
  ]);
  return table(head, rows, [2], style);
}

/** What an account says of itself, a fact a line. */
export function renderProfile(item: ProfileItem): string {
  const { watermark } = item;
  const mark = watermark.enabled === null ? null : watermark.enabled ? (watermark.text ?? 'on') : 'none';
  const facts: readonly (readonly [string, string | null])[] = [
    ['account', item.provider],
    ['user', item.username],
    ['e-mail', item.email],
    ['balance', item.balance === null ? null : formatMoney(toMicros(item.balance), item.unit)],
    ['watermark', mark],
    ['since', item.created_at],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [`${name}: ${escapeTerminal(value)}`])).join('\n');
}

/** The last column is cut to the width that is left. */
function table(head: readonly string[], rows: readonly (readonly string[])[], numeric: readonly number[], style: Style): string {
  const last = head.length - 1;
  const taken = head
    .slice(0, last)
    .reduce((sum, title, at) => sum + 2 + Math.max(...[title, ...rows.map((row) => row[at] ?? '')].map((cell) => stringWidth(cell))), 0);
  const left = Math.max(16, style.width - taken);
  const cut = rows.map((row) => [...row.slice(0, last), short(row[last] ?? '', left)]);
  return plainTable(head, cut, numeric, style.colors);
}

function short(text: string, width: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (stringWidth(line) <= width) return line;
  let kept = '';
  for (const character of line) {
    if (stringWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** `2026-01-05 21:30`: in the table minutes are enough. */
function time(at: string | null): string {
  return at === null ? '' : at.slice(0, 16).replace('T', ' ');
}
