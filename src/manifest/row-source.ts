import { stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import type { Json, JsonObject } from '../values/json.ts';
import type { Place } from '../values/problem.ts';
import { readJsonl } from './jsonl-rows.ts';
import { emptyObject, showValue } from './plain-json.ts';
import type { ProblemList } from './problem-list.ts';
import type { SecretCheck } from './secret-check.ts';
import { readTable } from './table-rows.ts';

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

/** How the rows of a table become variables; the format by the file's ending, null when it is none that holds rows. */
export function rowFormat(name: string): 'csv' | 'tsv' | 'jsonl' | null {
  switch (extname(name).toLowerCase()) {
    case '.csv':
      return 'csv';
    case '.tsv':
    case '.tab':
      return 'tsv';
    case '.jsonl':
    case '.ndjson':
      return 'jsonl';
    default:
      return null;
  }
}

/** Reads the rows of a file as a stream. `fault` reports what is wrong with the name itself, at the place where the manifest gives it. */
export async function* readRows(source: RowFile, fault: (message: string) => void): AsyncGenerator<RowBatch> {
  const { name, problems, secrets } = source;
  const format = rowFormat(name);
  if (format === null) {
    fault(`${showValue(name)} is not a file of rows; allowed: a name that ends in .csv, .tsv or .jsonl`);
    return;
  }
  const path = resolve(source.folder, name);
  const unreadable = await whyUnreadable(path);
  if (unreadable !== null) {
    fault(`cannot read ${showValue(name)}: ${unreadable}; the name is relative to the manifest`);
    return;
  }
  if (format === 'jsonl') {
    for await (const lines of readJsonl({ path, file: name, problems, secrets })) {
      yield { columns: null, rows: lines.map(({ value, line }) => ({ vars: value, place: { file: name, line } })) };
    }
    return;
  }
  for await (const { columns, rows } of readTable({ path, file: name, format, problems, secrets })) {
    yield { columns, rows: rows.map(({ cells, line }) => ({ vars: variables(columns, cells), place: { file: name, line } })) };
  }
}

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
