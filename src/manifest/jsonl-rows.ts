import type { JsonObject } from '../values/json.ts';
import { isMapping, parseJsonText, showValue, UnusableValue } from './plain-json.ts';
import { type Line, type LineSource, readLines } from './read-lines.ts';
import { SECRET_MESSAGE, type SecretCheck } from './secret-check.ts';

/** One line of a JSONL file. */
export interface JsonlRow {
  readonly value: JsonObject;
  readonly line: number;
}

/** What a JSONL file is read with. */
export interface JsonlSource extends LineSource {
  readonly secrets: SecretCheck;
}

/** Reads a JSONL file in bounded memory, some lines at a time. Lines that are not a JSON object are reported and left out; blank ones are skipped. */
export async function* readJsonl(source: JsonlSource): AsyncGenerator<readonly JsonlRow[]> {
  const before = source.problems.count;
  let empty = true;
  for await (const lines of readLines(source, 'JSONL has one object a line')) {
    const rows = lines.flatMap((line) => readRow(line, source) ?? []);
    if (rows.length === 0) continue;
    empty = false;
    yield rows;
  }
  if (empty && source.problems.count === before) source.problems.warn(`no jobs: ${source.file} has no lines`);
}

function readRow({ text, line }: Line, source: JsonlSource): JsonlRow | null {
  const fault = (message: string): null => {
    source.problems.add({ file: source.file, line, field: '', message });
    return null;
  };
  try {
    const value = parseJsonText(text);
    if (!isMapping(value)) return fault(`found ${showValue(value)}; every line must be one JSON object`);
    return source.secrets.inValue(value) ? fault(SECRET_MESSAGE) : { value, line };
  } catch (error) {
    if (error instanceof SyntaxError) {
      const list = line === 1 && text.startsWith('[') ? '; a list of objects belongs in a file whose name ends in .json' : '';
      return fault(`not JSON: ${error.message}${list}`);
    }
    if (error instanceof UnusableValue) return fault(error.message);
    throw error;
  }
}
