import type { ReviewOutput } from '../../src/review/review-view.ts';
import type { Group } from './group-outputs.ts';

/** A line of the sheet: a heading, or outputs side by side. */
export type SheetRow =
  | { readonly kind: 'title'; readonly title: string; readonly count: number }
  | { readonly kind: 'outputs'; readonly key: string; readonly outputs: readonly ReviewOutput[] };

/** Breaks groups into lines of so many columns. */
export function layOut(groups: readonly Group[], columns: number): readonly SheetRow[] {
  const rows: SheetRow[] = [];
  for (const { title, outputs } of groups) {
    if (title !== '') rows.push({ kind: 'title', title, count: outputs.length });
    for (let at = 0; at < outputs.length; at += columns) {
      const part = outputs.slice(at, at + columns);
      rows.push({ kind: 'outputs', key: `${title}\n${part[0]?.output}`, outputs: part });
    }
  }
  return rows;
}

/** The line on which an output stands first; -1 when it is not there. */
export function rowOf(rows: readonly SheetRow[], output: number): number {
  return rows.findIndex((row) => row.kind === 'outputs' && row.outputs.some((each) => each.output === output));
}

/** Where a key leads. */
export type Move = 'left' | 'right' | 'up' | 'down' | 'first' | 'last' | 'page-up' | 'page-down';

/**
 * The output that a key leads to; the same one at the edge, the first when there is none to start from, 0 when nothing is shown. `page`: so many
 * lines are seen at once.
 */
export function neighbour(rows: readonly SheetRow[], from: number, move: Move, page = 1): number {
  const lines = rows.flatMap((row) => (row.kind === 'outputs' ? [row.outputs] : []));
  const line = lines.findIndex((outputs) => outputs.some((each) => each.output === from));
  if (move === 'last') return lines.at(-1)?.at(-1)?.output ?? 0;
  if (line < 0 || move === 'first') return lines[0]?.[0]?.output ?? 0;
  const column = lines[line]!.findIndex((each) => each.output === from);
  if (move === 'left') return (lines[line]![column - 1] ?? lines[line - 1]?.at(-1))?.output ?? from;
  if (move === 'right') return (lines[line]![column + 1] ?? lines[line + 1]?.[0])?.output ?? from;
  const by = { up: -1, down: 1, 'page-up': -page, 'page-down': page }[move];
  const next = lines[Math.min(Math.max(line + by, 0), lines.length - 1)];
  return (next?.[column] ?? next?.at(-1))?.output ?? from;
}
