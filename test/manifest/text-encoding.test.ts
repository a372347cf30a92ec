import { expect, test } from 'vitest';
import { readManifest } from './read-jobs.ts';

const YAML = 'model: ulazai/image\nprompt: "{{ prompt }}"\nrows: r.csv\n';
const rowsOf = (csv: string | Uint8Array) => readManifest({ 'm.yaml': YAML, 'r.csv': csv });

test.each([
  ['CR', '\r'],
  ['CRLF', '\r\n'],
])('what is not UTF-8 is named with its line in a file of %s', async (_, end) => {
  const latin = await rowsOf(Buffer.from(['prompt', 'ok', 'caf\xe9', 'x', ''].join(end), 'latin1'));
  expect(latin.lines).toEqual([expect.stringMatching(/^r\.csv:3 : is not UTF-8 text/)]);
  // Both behind what one read of the file gives, some of which end between CR and LF.
  const many = ['prompt', ...Array.from({ length: 100_000 }, () => 'x')];
  const far = await rowsOf(Buffer.from([...many, 'caf\xe9', ''].join(end), 'latin1'));
  expect(far.lines).toEqual([expect.stringMatching(/^r\.csv:100002 : is not UTF-8 text/)]);
  const nul = await rowsOf([...many, 'a\0', ''].join(end));
  expect(nul.lines).toEqual([expect.stringMatching(/^r\.csv:100002 : holds a NUL/)]);
});
