import { expect, test } from 'vitest';
import { fileStem } from '../../src/work/file-names.ts';

const main = { role: 'main' } as const;
const preview = { role: 'preview' } as const;

test.each([
  ['one file', [main], 1, ['chair']],
  ['three files', [main, main, main], 3, ['chair-1', 'chair-2', 'chair-3']],
  ['one file where two were asked for: its place is kept', [main], 2, ['chair-1']],
  ['two files where one was asked for', [main, main], 1, ['chair-1', 'chair-2']],
  ['a model with its preview', [main, preview], 1, ['chair', 'chair-preview']],
  ['a preview that comes first', [preview, main], 1, ['chair-preview', 'chair']],
  ['several previews', [main, preview, preview], 1, ['chair', 'chair-preview-1', 'chair-preview-2']],
] as const)('%s', (_, files, asked, names) => {
  expect(files.map((__, position) => fileStem('chair', files, position, asked))).toEqual(names);
});
