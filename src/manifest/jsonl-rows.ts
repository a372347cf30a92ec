import { createReadStream } from 'node:fs';
import type { JsonObject } from '../values/json.ts';
import { isMapping, parseJsonText, showValue, UnusableValue } from './plain-json.ts';
import type { ProblemList } from './problem-list.ts';
import { SECRET_MESSAGE, type SecretCheck } from './secret-check.ts';
import { EncodingFault, Utf8Stream } from './text-encoding.ts';

const MAX_LINE_BYTES = 1024 * 1024;

/** One line of a JSONL file. */
export interface JsonlRow {
  readonly value: JsonObject;
  readonly line: number;
}

/** What a JSONL file is read with. */
export interface JsonlSource {
  readonly path: string;
  /** The file as the user named it. */
  readonly file: string;
  readonly problems: ProblemList;
  readonly secrets: SecretCheck;
}

/** Reads a JSONL file in bounded memory, some lines at a time. Lines that are not a JSON object are reported and left out; blank ones are skipped. */
export async function* readJsonl(source: JsonlSource): AsyncGenerator<readonly JsonlRow[]> {
  const { file, problems } = source;
  const input = createReadStream(source.path, { highWaterMark: 64 * 1024 });
  const checked = input.pipe(new Utf8Stream());
  input.on('error', (error) => checked.destroy(error));
  let line = 0;
  let rest = '';
  let empty = true;
  // Chunks end anywhere in a character; a line never does. So bytes are decoded here and not by the stream's consumer.
  checked.setEncoding('utf8');
  try {
    for await (const chunk of checked as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      const rows: JsonlRow[] = [];
      for (const text of lines) {
        line++;
        const row = readLine(text, line, source);
        if (row) rows.push(row);
      }
      if (rows.length > 0) {
        empty = false;
        yield rows;
      }
      if (rest.length > MAX_LINE_BYTES) {
        problems.add({
          file,
          line: line + 1,
          field: '',
          message: `a line of more than ${MAX_LINE_BYTES} bytes; JSONL has one object a line`,
        });
        return;
      }
    }
    const last = rest === '' ? null : readLine(rest, line + 1, source);
    if (last) yield [last];
    else if (empty) problems.warn(`no jobs: ${file} has no lines`);
  } catch (error) {
    if (!(error instanceof EncodingFault)) throw error;
    problems.add({ file, line: error.line, field: '', message: error.message });
  } finally {
    input.destroy();
    checked.destroy();
  }
}

function readLine(raw: string, line: number, source: JsonlSource): JsonlRow | null {
  const text = (line === 1 && raw.startsWith('\ufeff') ? raw.slice(1) : raw).trim();
  if (text === '') return null;
  const fault = (message: string): null => {
    source.problems.add({ file: source.file, line, field: '', message });
    return null;
  };
  try {
    const value = parseJsonText(text);
    if (!isMapping(value)) return fault(`found ${showValue(value)}; every line must be one JSON object`);
    return source.secrets.inValue(value) ? fault(SECRET_MESSAGE) : { value, line };
  } catch (error) {
    if (error instanceof SyntaxError) return fault(`not JSON: ${error.message}`);
    if (error instanceof UnusableValue) return fault(error.message);
    throw error;
  }
}
