import Table from 'cli-table3';
import type picocolors from 'picocolors';
import { escapeTerminal } from '../../report/escape-terminal.ts';

export type Colors = ReturnType<typeof picocolors.createColors>;

const NO_RULES = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) => [
    [side, ''],
    [`${side}-mid`, ''],
    [`${side}-left`, ''],
    [`${side}-right`, ''],
  ]),
);

/** A table without rules. Cells are text from anywhere, so they are made safe for a terminal here. */
export function plainTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly number[],
  colors: Colors,
): string {
  const table = new Table({
    head: head.map((title) => colors.bold(title)),
    colAligns: head.map((_, index) => (numeric.includes(index) ? 'right' : 'left')),
    chars: { ...NO_RULES, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => row.map(escapeTerminal)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
