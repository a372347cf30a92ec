import { open } from 'node:fs/promises';
import { wideEncoding } from './text-encoding.ts';

/** Enough for any header. */
const HEAD_BYTES = 64 * 1024;

/**
 * What a .txt file of prompts is: a table when its first line names a column `prompt` or `model`, its cells apart by tabs or commas; else one
 * prompt a line, commas and all. Throws what the system says of a file that cannot be read.
 */
export async function textFormat(path: string): Promise<'csv' | 'tsv' | 'lines'> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const head = new TextDecoder(wideEncoding(buffer) ?? 'utf-8').decode(buffer.subarray(0, bytesRead));
    const first = head.split(/\r\n|\n|\r/, 1)[0]!.trim();
    const names = (separator: string): boolean => first.split(separator).some((name) => /^"?(prompt|model)"?$/.test(name.trim()));
    if (names('\t')) return first.includes('\t') ? 'tsv' : 'csv';
    return names(',') ? 'csv' : 'lines';
  } finally {
    await file.close();
  }
}
