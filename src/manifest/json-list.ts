import { parse } from 'lossless-json';
import type { Json } from '../values/json.ts';
import type { JsonlRow, JsonlSource } from './jsonl-rows.ts';
import { isMapping, showValue } from './plain-json.ts';
import { SECRET_MESSAGE } from './secret-check.ts';
import { parseYaml } from './yaml-file.ts';
import { readYamlText } from './yaml-text.ts';

/** Reads a JSON file that is one list of objects, the usual shape of a collection of prompts. It is held whole, so long ones belong in JSONL. */
export async function* readJsonList(source: JsonlSource): AsyncGenerator<readonly JsonlRow[]> {
  const { file, problems, secrets } = source;
  const fault = (line: number, message: string): void => problems.add({ file, line, field: '', message });
  const text = await readYamlText(source.path, file, problems);
  if (text === null) return;
  // YAML reads more than JSON, and folds a line break in a text into a blank: what is no JSON is not to be guessed at, and paid for.
  const broken = brokenJson(text);
  if (broken !== null) return fault(broken.line, broken.message);
  const read = parseYaml(text, file, problems);
  if (read === null) return;
  if (!Array.isArray(read.data)) {
    fault(1, `found ${showValue(read.data)}; a list of objects is needed: [{"prompt": "…"}, …]`);
    return;
  }
  const rows: JsonlRow[] = [];
  for (const [index, value] of (read.data as readonly Json[]).entries()) {
    const line = read.lineOf([index]);
    if (!isMapping(value)) fault(line, `found ${showValue(value)}; every item must be an object`);
    else if (secrets.inValue(value)) fault(line, SECRET_MESSAGE);
    else rows.push({ value, line });
  }
  if (rows.length > 0) yield rows;
  else if (read.data.length === 0) problems.warn(`no jobs: ${file} has no items`);
}

/** Where a text is no JSON, and why; null when it is. */
function brokenJson(text: string): { readonly line: number; readonly message: string } | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const { at, message } = whereBroken(text) ?? { at: text.length, message: (error as Error).message };
    return { line: text.slice(0, at).split(/\r\n|\n|\r/).length, message: `not JSON: ${message}` };
  }
}

/** JSON.parse does not always say where: another parser does. */
function whereBroken(text: string): { readonly at: number; readonly message: string } | null {
  try {
    parse(text);
    return null;
  } catch (error) {
    const [, message = '', at = ''] = /^(.*) at position (\d+)$/s.exec((error as Error).message) ?? [];
    return at === '' ? null : { at: Number(at), message: message.replace(/\p{Control}/gu, (found) => JSON.stringify(found).slice(1, -1)) };
  }
}
