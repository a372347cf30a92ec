import { COMMANDS } from '../../src/cli/command-table.ts';
import { parseCommandLine } from '../../src/cli/parse-command-line.ts';

/** As wide as a code block is read without scrolling. */
const about = { version: '', width: 100 };

/** `docs/commands.md`: what `--help` says of every command, so that the page cannot say anything else. */
export async function commandReference(): Promise<string> {
  const everywhere = sectionOf(await helpOf('run'), 'Everywhere:');
  const commands = await Promise.all(
    COMMANDS.map(async ({ name, aliases }) => {
      const help = await helpOf(name.split(' ')[0]!);
      const also = aliases.length === 0 ? '' : `, also ${aliases.map((alias) => `\`${alias}\``).join(', ')}`;
      return `## \`${name.split(' ')[0]}\`${also}\n\n\`\`\`text\n${without(help, 'Everywhere:')}\n\`\`\`\n`;
    }),
  );
  return [
    '# Commands',
    '',
    '<!-- Written by `npm run docs` from what `--help` says; a test compares the two. -->',
    '',
    'What each command does, its flags and examples: the text of `nightshift <command> --help`. Exit codes are in the [README](../README.md), the',
    'environment variables that stand for flags in [configuration.md](configuration.md).',
    '',
    'Every command takes these:',
    '',
    '```text',
    everywhere,
    '```',
    '',
    ...commands,
  ].join('\n');
}

async function helpOf(command: string): Promise<string> {
  const help = await parseCommandLine([command, '--help'], about);
  if (help.kind !== 'text') throw new Error(`${command} --help gives no text`);
  return help.text.trimEnd();
}

/** Sections stand apart by an empty line and begin with their title. */
function sectionOf(help: string, title: string): string {
  return help.split('\n\n').find((section) => section.startsWith(title)) ?? '';
}

function without(help: string, title: string): string {
  return help
    .split('\n\n')
    .filter((section) => !section.startsWith(title))
    .map((section) => section.replace(/^ +(?:-h, )?--(?:help|version) .*\n/gm, ''))
    .join('\n\n');
}
