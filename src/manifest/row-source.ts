import { stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import type { Json, JsonObject } from '../values/json.ts';
import type { Place } from '../values/problem.ts';
import { readJsonList } from './json-list.ts';
import { readJsonl } from './jsonl-rows.ts';
import { emptyObject, showValue } from './plain-json.ts';
import type { ProblemList } from './problem-list.ts';
import { type LineSource, readLines } from './read-lines.ts';
import { SECRET_MESSAGE, type SecretCheck } from './secret-check.ts';
import { readTable } from './table-rows.ts';
import { textFormat } from './text-format.ts';

/** One row of `rows`: every column is a variable and nothing else. */
export interface Row {
  readonly vars: JsonObject;
  readonly place: Place;
}

/** Some rows. */
export interface RowBatch {
  /** The columns that every row has; null where rows may differ (JSONL, a list in the manifest). */
  readonly columns: readonly string[] | null;
  readonly rows: readonly Row[];
}

/** What a file of rows is read with. */
export interface RowFile {
  /** As the manifest names it. */
  readonly name: string;
  /** The manifest's folder, which the name is relative to. */
  readonly folder: string;
  readonly problems: ProblemList;
  readonly secrets: SecretCheck;
}

/** The endings of files that hold rows, as messages name them. */
export const ROW_ENDINGS = '.csv, .tsv, .jsonl, .json or .txt';

/** What a file of rows holds, by its ending; null when it is none that holds rows. What a .txt file is only its first line tells. */
export function rowFormat(name: string): 'csv' | 'tsv' | 'jsonl' | 'json' | 'text' | null {
  switch (extname(name).toLowerCase()) {
    case '.csv':
      return 'csv';
    case '.tsv':
    case '.tab':
      return 'tsv';
    case '.jsonl':
    case '.ndjson':
      return 'jsonl';
    case '.json':
      return 'json';
    case '.txt':
      return 'text';
    default:
      return null;
  }
}

/** Reads the rows of a file as a stream. `fault` reports what is wrong with the name itself, at the place where the manifest gives it. */
export async function* readRows(source: RowFile, fault: (message: string) => void): AsyncGenerator<RowBatch> {
  const { name, problems, secrets } = source;
  const format = rowFormat(name);
  if (format === null) {
    fault(`${showValue(name)} is not a file of rows; allowed: a name that ends in ${ROW_ENDINGS}`);
    return;
  }
  const path = resolve(source.folder, name);
  const unreadable = await whyUnreadable(path);
  if (unreadable !== null) {
    fault(`cannot read ${showValue(name)}: ${unreadable}; the name is relative to the manifest`);
    return;
  }
  const text = format === 'text' ? await textFormat(path) : format;
  if (text === 'jsonl' || text === 'json') {
    for await (const items of (text === 'json' ? readJsonList : readJsonl)({ path, file: name, problems, secrets })) {
      yield { columns: null, rows: items.map(({ value, line }) => ({ vars: value, place: { file: name, line } })) };
    }
    return;
  }
  if (text === 'lines') {
    yield* promptLines({ path, file: name, problems }, secrets);
    return;
  }
  for await (const { columns, rows } of readTable({ path, file: name, format: text, problems, secrets })) {
    yield { columns, rows: rows.map(({ cells, line }) => ({ vars: variables(columns, cells), place: { file: name, line } })) };
  }
}

/** One prompt a line, as the variable `prompt`. */
async function* promptLines(source: LineSource, secrets: SecretCheck): AsyncGenerator<RowBatch> {
  const { file, problems } = source;
  const before = problems.count;
  let empty = true;
  for await (const lines of readLines(source, 'a .txt file has one prompt a line')) {
    empty = false;
    const rows = lines.flatMap(({ text, line }): readonly Row[] => {
      if (!secrets.inText(text)) return [{ vars: variables(PROMPT, [text]), place: { file, line } }];
      problems.add({ file, line, field: 'prompt', message: SECRET_MESSAGE });
      return [];
    });
    yield { columns: PROMPT, rows };
  }
  if (empty && problems.count === before) problems.warn(`no jobs: ${file} has no lines`);
}

const PROMPT: readonly string[] = ['prompt'];

function variables(columns: readonly string[], cells: readonly string[]): JsonObject {
  const vars: Record<string, Json> = emptyObject();
  for (let at = 0; at < columns.length; at++) vars[columns[at]!] = cells[at]!;
  return vars;
}

/** Why a path is no readable file, in words; null when it is one. */
export async function whyUnreadable(path: string): Promise<string | null> {
  try {
    return (await stat(path)).isFile() ? null : 'it is not a file';
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file';
    return (error as Error).message;
  }
}
