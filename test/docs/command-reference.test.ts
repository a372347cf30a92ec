import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { parseCommandLine } from '../../src/cli/parse-command-line.ts';
import { root } from '../examples/run-program.ts';
import { commandReference } from './command-reference.ts';

// `npm run docs` writes the page anew.
test('docs/commands.md is what --help says', async () => {
  await expect(await commandReference()).toMatchFileSnapshot(join(root, 'docs/commands.md'));
});

test.each(COMMANDS.map(({ name }) => name.split(' ')[0]!))('%s --help shows examples', async (name) => {
  const help = await parseCommandLine([name, '--help'], { version: '', width: 100 });
  expect(help.kind === 'text' ? help.text : '').toMatch(/^Examples:\n +nightshift /m);
});
