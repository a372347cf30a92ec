import Table from 'cli-table3';
import colors from 'picocolors';
import wrapAnsi from 'wrap-ansi';
import { columnWidths } from './column-widths.ts';
import { escapeTerminal } from './escape-terminal.ts';
import type { ReportFigures } from './figures.ts';
import { headline } from './headline.ts';
import type { Section } from './section.ts';
import { sectionNotes } from './section-notes.ts';
import { reportSections } from './sections.ts';

/** How a terminal table is drawn. */
export interface TableOptions {
  /** Columns of the terminal; 80 where it is not known. Nothing drawn is wider, whatever the ids. */
  readonly width?: number;
  readonly color?: boolean;
}

/** Rows of each list on a terminal; the rest is counted, with the command that shows it. */
const MOST_ROWS = 10;
/** From here on there is room for every column. */
const ROOMY = 110;
const NARROWEST = 60;
const GAP = 2;
/** A rule under the header and nothing else: what is copied from the terminal stays readable. */
const RULES = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', right: '', 'left-mid': '', 'right-mid': '', mid: '─', 'mid-mid': '  ', middle: '  ' },
};

type Paint = ReturnType<typeof colors.createColors>;

/** The report for a terminal. Text from outside carries no control character, so nothing in it can move the cursor or colour. */
export function renderTable(figures: ReportFigures, options: TableOptions = {}): string {
  const width = Math.max(NARROWEST, options.width ?? 80);
  const paint = colors.createColors(options.color ?? false);
  const facts = headline(figures).map(([name, text]) => [escapeTerminal(name), escapeTerminal(text)] as const);
  const margin = Math.min(24, Math.max(...facts.map(([name]) => name.length)) + GAP);
  const lines = facts.map(
    ([name, text]) => `${paint.dim(name.padEnd(margin))}${wrap(text, width - margin).replaceAll('\n', `\n${' '.repeat(margin)}`)}`,
  );
  const title = paint.bold(wrap(`Batch ${escapeTerminal(figures.batch)}`, width));
  const sections = reportSections(figures).map((section) => drawSection(section, width, paint));
  return `${[[title, ...lines].join('\n'), ...sections].join('\n\n')}\n`;
}

function drawSection(section: Section, width: number, paint: Paint): string {
  const shown = section.rows.slice(0, MOST_ROWS);
  const body = section.total === null ? shown : [...shown, section.total];
  const kept = section.columns.flatMap((column, index) => {
    const dull = column.dull === true && body.every((row) => row[index] === '0');
    return width < ROOMY && (column.wide === true || dull) ? [] : [{ index, title: column.title, numeric: column.numeric === true }];
  });
  const titles = kept.map((column) => column.title);
  const rows = body.map((row) => kept.map(({ index }) => escapeTerminal(row[index] ?? '')));
  const widths = columnWidths(
    [titles, ...rows],
    kept.map((column) => column.numeric),
    width,
    GAP,
  );
  const cells = (row: readonly string[]) => row.map((cell, at) => wrap(cell, widths[at] ?? 1));
  const table = new Table({
    head: cells(titles).map(paint.dim),
    colWidths: widths,
    colAligns: kept.map((column) => (column.numeric ? 'right' : 'left')),
    chars: RULES,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row, at) => (section.total !== null && at === rows.length - 1 ? cells(row).map(paint.bold) : cells(row))));
  const drawn = table.toString().replace(/[ \t]+$/gm, '');
  return [paint.bold(section.title), drawn, ...sectionNotes(section, shown.length).map((note) => wrap(escapeTerminal(note), width))].join(
    '\n',
  );
}

function wrap(text: string, width: number): string {
  return wrapAnsi(text, width, { hard: true });
}
