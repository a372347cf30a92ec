import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { parseCommandLine } from '../../src/cli/parse-command-line.ts';
import { codeSpans, pages, readPage } from './doc-files.ts';
import { shellWords } from './shell-words.ts';

const about = { version: '0', width: 100 };
const names = COMMANDS.flatMap(({ name, aliases }) => [name.split(' ')[0]!, ...aliases]);

/** Every flag that some command takes, without the dashes. */
async function knownFlags(): Promise<Set<string>> {
  const flags = new Set<string>();
  for (const name of names) {
    const help = await parseCommandLine([name, '--help'], about);
    if (help.kind === 'text') for (const [, flag] of help.text.matchAll(/^\s+(?:-\w, )?--([a-z][a-z-]*)/gm)) flags.add(flag!);
  }
  return flags;
}

/** Command lines of our own that a page shows: lines of `sh` blocks, and code in the text that begins with our name. */
function commandLines(page: ReturnType<typeof readPage>): { readonly line: string; readonly argv: string[] }[] {
  const shown = page.blocks.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.split('\n'));
  const spoken = codeSpans(page.prose);
  const calls = [...shown, ...spoken].flatMap((text) => text.split(' && '));
  return calls.flatMap((line) => {
    const [program = '', ...rest] = shellWords(line);
    if (program === 'nightshift') return [{ line, argv: rest }];
    return program === 'node' && rest[0] === 'dist/src/cli/main.js' ? [{ line, argv: rest.slice(1) }] : [];
  });
}

describe('the first two commands of the README', () => {
  test('are one line each, begin with the installation, and come first', () => {
    const blocks = readPage('README.md').blocks.filter(({ language }) => language === 'sh');
    expect(blocks[0]?.text).toBe(
      'npm ci && npm run build && node dist/src/cli/main.js run examples/overnight-catalog/catalog.yaml --sandbox\n',
    );
    expect(blocks[1]?.text).toBe('npm ci && npm test\n');
  });
});

describe('every command line that the documentation shows', () => {
  test.each(pages().map((page) => [page.path, page] as const))('%s', async (_, page) => {
    for (const { line, argv } of commandLines(page)) {
      // A command that is only named is no command line.
      const named = argv.length <= 1 || argv.some((word) => /^[<[]/.test(word));
      if (named) expect(['', '<command>', ...names], line).toContain(argv[0] ?? '');
      else await expect(parseCommandLine(argv, about), line).resolves.toMatchObject({ kind: 'command' });
    }
  });
});

describe('every flag that the documentation names', () => {
  test.each(pages().map((page) => [page.path, page] as const))('%s', async (_, page) => {
    const known = new Set([...(await knownFlags()), 'help', 'version']);
    const spans = codeSpans(page.prose);
    const flags = spans
      .filter((span) => !/^(?:npm|git|node) /.test(span))
      .flatMap((span) => [...span.matchAll(/(?:^|\s)--([a-z][a-z-]*)/g)].map((match) => match[1]!));
    for (const flag of flags) expect([...known], `--${flag}`).toContain(flag);
  });
});

describe('the README', () => {
  test('holds every command in its table; the flags are in docs/commands.md', () => {
    const { prose } = readPage('README.md');
    const wanted = COMMANDS.flatMap(({ name, aliases }) => [
      `| \`nightshift ${name}\` |`,
      ...aliases.map((alias) => `\`nightshift ${alias}\``),
    ]);
    expect(wanted.filter((text) => !prose.includes(text))).toEqual([]);
  });
});
