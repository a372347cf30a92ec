import { COMMANDS } from './command-table.ts';
import { COMMON_FLAGS } from './options/common-flags.ts';

/** What the program is, in a line. */
export const WHAT_IT_IS = 'Bulk batch runner for paid AI generation APIs: a manifest in, every file on disk, a cost report out.';

const OVERVIEW_WIDTH = 110;
/** Where the width is not enough for two columns, lines are longer than it. */
const LEAST_COLUMN = 24;

/**
 * The help of `nightshift` without a command, for so many columns. Written here and not by yargs: loading yargs and laying out its help takes
 * three times as long as Node's own start, and this is what people ask for when they know nothing yet.
 */
export function overview(columns: number): string {
  const width = Math.min(columns, OVERVIEW_WIDTH);
  const commands = COMMANDS.map(
    ({ name, aliases, describe }): Pair => [
      `nightshift ${name}`,
      aliases.length === 0 ? describe : `${describe} (also: ${aliases.join(', ')})`,
    ],
  );
  const flags = COMMON_FLAGS.map(({ name, takesValue, describe }): Pair => [`    --${name}${takesValue ? ' <...>' : ''}`, describe]);
  const about: readonly Pair[] = [
    ['-h, --help', 'Show this help'],
    ['    --version', 'Show the version'],
  ];
  const parts = [
    'nightshift <command>',
    wrapped(WHAT_IT_IS, width).join('\n'),
    ['Commands:', ...inColumns(commands, width)].join('\n'),
    ['Everywhere:', ...inColumns([...flags, ...about], width)].join('\n'),
    wrapped('nightshift <command> --help shows the flags and examples of a command.', width).join('\n'),
  ];
  return parts.join('\n\n');
}

type Pair = readonly [left: string, right: string];

function inColumns(pairs: readonly Pair[], width: number): string[] {
  const left = Math.max(...pairs.map(([text]) => text.length)) + 4;
  return pairs.flatMap(([first, second]) =>
    wrapped(second, Math.max(width - left, LEAST_COLUMN)).map((line, at) => `${(at === 0 ? `  ${first}` : '').padEnd(left)}${line}`),
  );
}

/** Our own texts only: every character is one column wide. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
