import { readFile, stat } from 'node:fs/promises';
import type { ProblemList } from './problem-list.ts';
import { decodeText } from './text-encoding.ts';

/** Larger files are data: `rows` streams those in bounded memory, a YAML document must be held whole. */
const MAX_BYTES = 8 * 1024 * 1024;

/** What to do with a file that is too large to be held. */
export const KEEP_APART = 'keep long data in a CSV or JSONL file and name it under "rows"';

/** The text of a YAML or JSON file; null, and reported, when it is too long or no text. */
export async function readYamlText(path: string, file: string, problems: ProblemList): Promise<string | null> {
  const { size } = await stat(path);
  if (size <= MAX_BYTES) return decodeText(await readFile(path), file, problems);
  const message = `the file has ${size} bytes, at most ${MAX_BYTES} are read as YAML; ${KEEP_APART}`;
  problems.add({ file, line: null, field: '', message });
  return null;
}
