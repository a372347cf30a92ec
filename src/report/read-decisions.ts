import { type CsvError, type Info, type Options, parse } from 'csv-parse/sync';
import { didYouMean } from '../manifest/nearest-name.ts';
import { RecordLines } from '../manifest/record-lines.ts';
import type { Problem } from '../values/problem.ts';
import { DECISION_COLUMNS, type Decision, VERDICTS } from './decisions.ts';
import { unescapeFormula } from './escape-formula.ts';

/** A decision, and the line of the file on which it begins. */
export interface ReadDecision extends Decision {
  readonly line: number;
}

type Column = (typeof DECISION_COLUMNS)[number];

const NEEDED: readonly Column[] = ['id', 'decision'];
// The line ends are given, since the parser would otherwise take the first one it sees, and mixed files exist.
const OPTIONS: Options = {
  bom: true,
  info: true,
  relax_column_count: true,
  skip_empty_lines: true,
  record_delimiter: ['\r\n', '\n', '\r'],
};
const YES = ['yes', 'true', '1', 'x', '*', '★'];
const NO = ['', 'no', 'false', '0'];

/**
 * Reads decisions.csv, as `review` writes it or as a spreadsheet does. Columns may stand in any order, and only `id` and `decision` are
 * needed; further columns are left alone. Every fault is reported; with one, no decision is to be acted on.
 */
export function readDecisions(text: string, file: string): { readonly decisions: readonly ReadDecision[]; readonly problems: Problem[] } {
  const problems: Problem[] = [];
  const fault = (line: number, field: string, message: string): void => {
    problems.push({ file, line, field, message });
  };
  let records: { readonly record: readonly string[]; readonly info: Info }[];
  try {
    records = parse(text, OPTIONS) as unknown as typeof records;
  } catch (error) {
    const { lines, message } = brokenAt(text, error as BrokenCsv);
    fault(lines ?? 1, '', message);
    return { decisions: [], problems };
  }
  const [head, ...rows] = records;
  const lines = new RecordLines();
  const headLine = head ? lines.ended(head.record, head.info) : 1;
  const columns = readColumns(head?.record ?? [], (field, message) => fault(headLine, field, message));
  if (problems.length > 0) return { decisions: [], problems };
  const decisions: ReadDecision[] = [];
  const seen = new Map<string, number>();
  for (const { record, info } of rows) {
    const line = lines.ended(record, info);
    if (record.every((cell) => cell.trim() === '')) continue;
    if (record.length !== head!.record.length) {
      const message = `${record.length} cells, but the header has ${head!.record.length} columns; a cell that holds a comma or a line break stands in quotes`;
      fault(line, '', message);
      continue;
    }
    const read = readRow(
      (column) => cellOf(record, columns.get(column)),
      line,
      (field, message) => fault(line, field, message),
    );
    if (read === null) continue;
    // Several rows of one job are one a file: they may differ in the file, never in what is to be done.
    const key = `${read.id}\n${read.output ?? ''}`;
    const before = seen.get(key);
    if (before !== undefined) fault(line, 'id', `${JSON.stringify(read.id)} stands on line ${before} already; keep one of them`);
    else decisions.push(read);
    seen.set(key, line);
  }
  return { decisions, problems };
}

type BrokenCsv = CsvError & { readonly lines?: number };

/** The same fault with the lines of an editor: the parser takes a CRLF inside quotes for two, in the message as well. */
function brokenAt(text: string, found: BrokenCsv): BrokenCsv {
  try {
    parse(text.replace(/\r\n?/g, '\n'), OPTIONS);
  } catch (error) {
    return error as BrokenCsv;
  }
  return found;
}

function readColumns(names: readonly string[], fault: (field: string, message: string) => void): ReadonlyMap<Column, number> {
  const columns = new Map<Column, number>();
  for (const [index, written] of names.entries()) {
    const column = DECISION_COLUMNS.find((known) => known === written.trim().toLowerCase());
    if (column === undefined) continue;
    if (columns.has(column)) fault(column, `two columns are named ${JSON.stringify(column)}; keep one`);
    columns.set(column, index);
  }
  for (const column of NEEDED) {
    if (columns.has(column)) continue;
    const hint = didYouMean(column, names);
    fault(column, `the column ${JSON.stringify(column)} is missing; a decisions file has ${DECISION_COLUMNS.join(', ')}${hint}`);
  }
  return columns;
}

function cellOf(record: readonly string[], index: number | undefined): string {
  return unescapeFormula(index === undefined ? '' : (record[index] ?? ''));
}

function readRow(cell: (column: Column) => string, line: number, fault: (field: Column, message: string) => void): ReadDecision | null {
  let sound = true;
  const refuse = (field: Column, allowed: string): null => {
    fault(field, `found ${JSON.stringify(cell(field))}; allowed: ${allowed}`);
    sound = false;
    return null;
  };
  const optional = (column: Column): string | null => (cell(column).trim() === '' ? null : cell(column));
  const id = cell('id').trim();
  if (id === '') refuse('id', 'the id of a job');
  const attempt = optional('attempt')?.trim() ?? null;
  const number = attempt === null ? null : /^[1-9]\d{0,5}$/.test(attempt) ? Number(attempt) : refuse('attempt', 'a whole number from 1');
  const word = cell('decision').trim().toLowerCase();
  const verdict =
    word === '' ? null : (VERDICTS.find((known) => known === word) ?? refuse('decision', `${VERDICTS.join(', ')}, or nothing`));
  const star = cell('star').trim().toLowerCase();
  if (!YES.includes(star) && !NO.includes(star)) refuse('star', 'yes, or nothing');
  if (!sound) return null;
  return {
    id,
    attempt: number,
    output: optional('output')?.trim() ?? null,
    decision: verdict,
    star: YES.includes(star),
    note: optional('note'),
    prompt: optional('prompt'),
    line,
  };
}
