import type { Json } from '../values/json.ts';
import type { JsonlRow, JsonlSource } from './jsonl-rows.ts';
import { isMapping, showValue } from './plain-json.ts';
import { SECRET_MESSAGE } from './secret-check.ts';
import { readYamlFile } from './yaml-file.ts';

/** Reads a JSON file that is one list of objects, the usual shape of a collection of prompts. It is held whole, so long ones belong in JSONL. */
export async function* readJsonList(source: JsonlSource): AsyncGenerator<readonly JsonlRow[]> {
  const { file, problems, secrets } = source;
  const read = await readYamlFile(source.path, file, problems);
  if (read === null) return;
  const fault = (line: number, message: string): void => problems.add({ file, line, field: '', message });
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
