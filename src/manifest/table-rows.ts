import { createReadStream } from 'node:fs';
import type { Options } from 'csv-parse';
import { forbiddenKeyMessage, isForbiddenKey, showNames } from './plain-json.ts';
import type { ProblemList } from './problem-list.ts';
import { BELOW_UNREAD, describeFault, type RecordFault } from './record-fault.ts';
import { type ParsedRecord, RecordParser } from './record-parser.ts';
import { SECRET_MESSAGE, type SecretCheck } from './secret-check.ts';
import { EncodingFault, Utf8Stream } from './text-encoding.ts';

/** Some records of a table. */
export interface TableBatch {
  /** Column names, trimmed, each once. */
  readonly columns: readonly string[];
  /** Where the header begins: empty lines may stand above it. */
  readonly headerLine: number;
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

/**
 * Reads a CSV or TSV file in bounded memory. Records with another number of cells than the header, broken quotes and records that hold a key are
 * reported and left out; records of empty cells only, as spreadsheets leave them at the end, are skipped. Where a fault leaves open what the
 * lines below it mean, it is the last that is reported: what else would be said could be false.
 */
export async function* readTable(source: TableSource): AsyncGenerator<TableBatch> {
  const { file, problems } = source;
  let columns: readonly string[] | null = null;
  let headerLine = 1;
  let empty = true;
  try {
    for await (const records of parseTable(source)) {
      const rows: TableRow[] = [];
      for (const { record, line, fault } of records) {
        if (columns === null) {
          headerLine = line;
          columns = fault ? brokenHeader(record, fault, source) : readHeader(record, line, source);
          if (columns === null) return;
          continue;
        }
        if (fault && !brokenRow(record, fault, columns, source)) {
          if (rows.length > 0) yield { columns, headerLine, rows };
          return;
        }
        const row = fault ? null : readRecord(record, line, columns, source);
        if (row) rows.push(row);
        empty &&= row === null;
      }
      if (columns && rows.length > 0) yield { columns, headerLine, rows };
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

/** Reports a broken header. Without the columns nothing below it means anything. */
function brokenHeader(record: readonly string[], fault: RecordFault, source: TableSource): null {
  const { file, problems } = source;
  // "id";"model" is broken only because the columns are not separated as they should be.
  const name = record.join().replaceAll('"', '');
  const separator = record.length === 1 && fault.line === fault.seenOn ? otherSeparator(name, source) : null;
  problems.add({ file, line: fault.line, field: '', message: separator ?? describeFault(fault) + BELOW_UNREAD });
  return null;
}

/** Reports a broken record; says whether the next one can be told from it. */
function brokenRow(record: readonly string[], fault: RecordFault, columns: readonly string[], source: TableSource): boolean {
  // A quoted cell that is closed nowhere sensible may go on below. With all its cells on the lines so far, the record is whole.
  const whole = fault.end === 'its line' || (fault.end === 'perhaps its line' && record.length === columns.length);
  const message = describeFault(fault) + (whole ? '' : BELOW_UNREAD);
  source.problems.add({ file: source.file, line: fault.line, field: '', message });
  return whole;
}

function readRecord(record: readonly string[], line: number, columns: readonly string[], source: TableSource): TableRow | null {
  if (record.length !== columns.length) {
    if (record.every((cell) => cell === '')) return null;
    const hint = source.format === 'csv' && record.length > columns.length ? '; a comma inside a cell needs quotes around the cell' : '';
    const message = `${record.length} cells, but the header has ${columns.length} columns (${showNames(columns)})${hint}`;
    source.problems.add({ file: source.file, line, field: '', message });
    return null;
  }
  if (record.every((cell) => cell === '')) return null;
  if (source.secrets.active) {
    const at = record.findIndex((cell) => source.secrets.inText(cell));
    if (at !== -1) {
      source.problems.add({ file: source.file, line, field: columns[at]!, message: SECRET_MESSAGE });
      return null;
    }
  }
  return { cells: record, line };
}

function readHeader(record: readonly string[], line: number, source: TableSource): readonly string[] | null {
  const { file, problems } = source;
  const names = record.map((name) => name.trim());
  const before = problems.count;
  const fault = (field: string, message: string): void => problems.add({ file, line, field, message });
  const separator = names.length === 1 ? otherSeparator(names[0]!, source) : null;
  if (separator !== null) fault('', separator);
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

/** What to say where the only column name holds what separates the columns of other tables; null where it does not. */
function otherSeparator(name: string, { format }: TableSource): string | null {
  const other = (format === 'csv' ? /[;\t]/ : /[;,]/).exec(name)?.[0];
  if (other === undefined) return null;
  const separator = { ';': 'semicolons', '\t': 'tabs (name the file .tsv)' }[other] ?? 'commas (name the file .csv)';
  const needed = format === 'csv' ? 'CSV needs commas' : 'TSV needs tabs';
  return `the header has one column, "${name}": the columns seem to be separated by ${separator}; ${needed}`;
}

/** The records as the parser gives them, a chunk of the file at a time. */
async function* parseTable(source: TableSource): AsyncGenerator<readonly ParsedRecord[]> {
  const options: Options = {
    bom: true,
    delimiter: source.format === 'tsv' ? '\t' : ',',
    // TSV has no quoting: prompts are full of quotation marks.
    quote: source.format === 'tsv' ? false : '"',
    // Given, since the parser would otherwise take the first one it sees, and mixed files exist.
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
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
