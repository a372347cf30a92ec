import { createReadStream } from 'node:fs';
import type { CsvError, Options } from 'csv-parse';
import { forbiddenKeyMessage, isForbiddenKey, showNames } from './plain-json.ts';
import type { ProblemList } from './problem-list.ts';
import { type ParsedRecord, RecordParser } from './record-parser.ts';
import { SECRET_MESSAGE, type SecretCheck } from './secret-check.ts';
import { EncodingFault, Utf8Stream } from './text-encoding.ts';

/** One record may not be larger: beyond it a quote was left open, not a prompt written. */
const MAX_RECORD_BYTES = 1024 * 1024;

/** Some records of a table. */
export interface TableBatch {
  /** Column names, trimmed, each once. */
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

/** One record: as many cells as there are columns, texts as they stand. */
export interface TableRow {
  readonly cells: readonly string[];
  /** Where the record begins. */
  readonly line: number;
}

/** What a table file is read with. */
export interface TableSource {
  readonly path: string;
  /** The file as the user named it. */
  readonly file: string;
  readonly format: 'csv' | 'tsv';
  readonly problems: ProblemList;
  readonly secrets: SecretCheck;
}

const BEGUN_EARLIER: ReadonlySet<string> = new Set(['CSV_QUOTE_NOT_CLOSED', 'CSV_MAX_RECORD_SIZE']);

/**
 * Reads a CSV or TSV file in bounded memory. Records with another number of cells than the header, broken quotes and records that hold a key are
 * reported and left out; records of empty cells only, as spreadsheets leave them at the end, are skipped.
 */
export async function* readTable(source: TableSource): AsyncGenerator<TableBatch> {
  const { file, problems } = source;
  let columns: readonly string[] | null = null;
  let empty = true;
  try {
    for await (const records of parseTable(source)) {
      const rows: TableRow[] = [];
      for (const { record, endLine } of records) {
        if (columns === null) {
          columns = readHeader(record, lineOf(record, endLine), source);
          if (columns === null) return;
          continue;
        }
        const row = readRecord(record, endLine, columns, source);
        if (row) rows.push(row);
        empty &&= row === null;
      }
      if (columns && rows.length > 0) yield { columns, rows };
    }
  } catch (error) {
    if (!(error instanceof EncodingFault)) throw error;
    problems.add({ file, line: error.line, field: '', message: error.message });
    return;
  }
  if (columns === null)
    problems.add({ file, line: 1, field: '', message: 'the file is empty: a first line with the column names is needed' });
  else if (empty) problems.warn(`no jobs: ${file} has a header and no rows`);
}

function readRecord(record: readonly string[], endLine: number, columns: readonly string[], source: TableSource): TableRow | null {
  if (record.length !== columns.length) {
    if (record.every((cell) => cell === '')) return null;
    const hint = source.format === 'csv' && record.length > columns.length ? '; a comma inside a cell needs quotes around the cell' : '';
    const message = `${record.length} cells, but the header has ${columns.length} columns (${showNames(columns)})${hint}`;
    source.problems.add({ file: source.file, line: lineOf(record, endLine), field: '', message });
    return null;
  }
  if (record.every((cell) => cell === '')) return null;
  const line = lineOf(record, endLine);
  if (source.secrets.active) {
    const at = record.findIndex((cell) => source.secrets.inText(cell));
    if (at !== -1) {
      source.problems.add({ file: source.file, line, field: columns[at]!, message: SECRET_MESSAGE });
      return null;
    }
  }
  return { cells: record, line };
}

/** Where a record begins: the parser counts the line on which it ends. */
function lineOf(record: readonly string[], endLine: number): number {
  let line = endLine;
  for (const cell of record) {
    for (let at = cell.indexOf('\n'); at !== -1; at = cell.indexOf('\n', at + 1)) line--;
  }
  return line;
}

function readHeader(record: readonly string[], line: number, source: TableSource): readonly string[] | null {
  const { file, problems } = source;
  const names = record.map((name) => name.trim());
  const before = problems.count;
  const fault = (field: string, message: string): void => problems.add({ file, line, field, message });
  const other = (source.format === 'csv' ? /[;\t]/ : /[;,]/).exec(names[0]!)?.[0];
  if (names.length === 1 && other) {
    const separator = { ';': 'semicolons', '\t': 'tabs (name the file .tsv)' }[other] ?? 'commas (name the file .csv)';
    const needed = source.format === 'csv' ? 'CSV needs commas' : 'TSV needs tabs';
    fault('', `the header has one column, "${names[0]}": the columns seem to be separated by ${separator}; ${needed}`);
  }
  const first = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    if (name === '') fault(`column ${index + 1}`, `column ${index + 1} has no name; every column needs one`);
    else if (isForbiddenKey(name)) fault(name, forbiddenKeyMessage(name));
    else if (first.has(name)) fault(name, `columns ${first.get(name)! + 1} and ${index + 1} are both named "${name}"; rename one`);
    else if (source.secrets.inText(name)) fault(`column ${index + 1}`, SECRET_MESSAGE);
    else first.set(name, index);
  }
  return problems.count === before ? names : null;
}

/** The records as the parser gives them, a chunk of the file at a time. */
async function* parseTable(source: TableSource): AsyncGenerator<readonly ParsedRecord[]> {
  const { file, problems } = source;
  const options: Options = {
    bom: true,
    delimiter: source.format === 'tsv' ? '\t' : ',',
    // TSV has no quoting: prompts are full of quotation marks.
    quote: source.format === 'tsv' ? false : '"',
    // Given, since the parser would otherwise take the first one it sees, and mixed files exist.
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_BYTES,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (!error) return undefined;
      // A quote is never closed, or far below: what the user looks for is where the record begins.
      const found = typeof error.lines === 'number' ? error.lines : null;
      const line = BEGUN_EARLIER.has(error.code) ? parser.lastLine + 1 : found;
      problems.add({ file, line, field: '', message: describeFault(error) });
      parser.lastLine = found ?? parser.lastLine;
      return undefined;
    },
  };
  const input = createReadStream(source.path, { highWaterMark: 64 * 1024 });
  const checked = input.pipe(new Utf8Stream());
  const parser = checked.pipe(new RecordParser(options));
  input.on('error', (error) => parser.destroy(error));
  checked.on('error', (error) => parser.destroy(error));
  try {
    yield* drain(parser);
  } finally {
    input.destroy();
    checked.destroy();
    parser.destroy();
  }
}

/** What has been parsed, up to where it fails. */
async function* drain(parser: RecordParser): AsyncGenerator<readonly ParsedRecord[]> {
  let wake = (): void => {};
  let failure: Error | null = null;
  let over = false;
  parser.on('readable', () => wake());
  parser.on('end', () => {
    over = true;
    wake();
  });
  parser.on('error', (error) => {
    failure = error;
    wake();
  });
  for (;;) {
    const records = parser.read() as readonly ParsedRecord[] | null;
    if (records !== null) {
      yield records;
      continue;
    }
    if (failure) throw failure;
    if (over) return;
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (failure || over || parser.readableLength > 0) resolve();
    });
  }
}

function describeFault(error: CsvError): string {
  switch (error.code) {
    case 'CSV_MAX_RECORD_SIZE':
      return `a record of more than ${MAX_RECORD_BYTES} bytes; probably a quote is opened and never closed`;
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quote is opened here and never closed; double a quotation mark that belongs to the text ("")';
    case 'INVALID_OPENING_QUOTE':
    case 'CSV_INVALID_CLOSING_QUOTE':
      return `a quotation mark inside a cell; put the whole cell in quotes and double the mark ("")`;
    default:
      return error.message;
  }
}
