import yargs from 'yargs';
import { didYouMean } from '../manifest/nearest-name.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './command-table.ts';
import { addCommonOptions } from './options/common-options.ts';
import { Flags } from './options/flags.ts';
import { UsageError } from './usage-error.ts';

/** What a command line asks for. */
export type CommandLine =
  | { readonly kind: 'command'; readonly name: string; readonly command: Command; readonly flags: Flags }
  /** Text to print and be done: help or the version. `asked` is false where help stands in for a missing command. */
  | { readonly kind: 'text'; readonly text: string; readonly asked: boolean };

/** Everything is text and nothing is guessed: no numbers, no dots into objects, no `--no-x`, no camel case twins. */
const PARSER = {
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'dot-notation': false,
  'boolean-negation': false,
  'camel-case-expansion': false,
  'duplicate-arguments-array': true,
  'strip-aliased': true,
} as const;

/** Reads a command line (without node and script). Throws a UsageError for what it does not understand; runs nothing. */
export async function parseCommandLine(
  argv: readonly string[],
  about: { readonly version: string; readonly width: number },
): Promise<CommandLine> {
  refuseOddNames(argv);
  let found: { name: string; command: Command } | null = null;
  const loaded: string[] = [];
  let parser = addCommonOptions(yargs([...argv]))
    .scriptName('nightshift')
    .usage('$0 <command>\n\nBulk batch runner for paid AI generation APIs: a manifest in, every file on disk, a cost report out.')
    .locale('en')
    .parserConfiguration(PARSER)
    .strict()
    .demandCommand(1, 1)
    .recommendCommands()
    .exitProcess(false)
    .showHelpOnFail(false)
    .wrap(about.width)
    .help('help', 'Show this help')
    .alias('help', 'h')
    .version('version', 'Show the version', about.version)
    .epilogue('nightshift <command> --help shows the flags and examples of a command.');
  for (const entry of COMMANDS) {
    parser = parser.command(
      [entry.name, ...entry.aliases],
      entry.describe,
      async (builder) => {
        const command = await entry.load();
        found = { name: entry.name.split(' ')[0] ?? entry.name, command };
        const built = command.builder(builder);
        loaded.push(...Object.keys((built as unknown as { getOptions(): { key: Record<string, unknown> } }).getOptions().key));
        return built;
      },
      () => {},
    );
  }
  let text = '';
  let failure: Error | null = null;
  const keep = (error: Error | undefined, _argv: unknown, output: string) => {
    failure = error ?? failure;
    text = output;
  };
  const values = await parser.parseAsync([...argv], {}, keep as never).catch((error: Error) => {
    failure = error;
    return {};
  });
  if (argv.length === 0) return { kind: 'text', text: await parser.getHelp(), asked: false };
  if (failure !== null) throw new UsageError(explain((failure as Error).message, loaded));
  if (text !== '') return { kind: 'text', text, asked: true };
  if (found === null) throw new UsageError('Name a command; `nightshift --help` lists them');
  const { name, command } = found as { name: string; command: Command };
  return { kind: 'command', name, command, flags: new Flags(values as Record<string, unknown>) };
}

/** Names that mean something to JavaScript objects would end in an internal error of the parser. */
function refuseOddNames(argv: readonly string[]): void {
  for (const argument of argv) {
    if (argument === '--') return;
    const name = /^-+(?:no-)?(__proto__|constructor|prototype)(?:[.=\s]|$)/.exec(argument)?.[1];
    if (name !== undefined) throw new UsageError(`Unknown argument: ${name}`);
  }
}

/** yargs' message, with the nearest flag where one was misspelt. */
function explain(message: string, flags: readonly string[]): string {
  const unknown = /^Unknown arguments?: (.+)$/.exec(message)?.[1]?.split(', ')[0];
  if (unknown === undefined) return message.trim();
  const hint = didYouMean(
    unknown.replace(/^-+/, ''),
    flags.filter((flag) => flag.length > 1),
  );
  return `${message.trim()}${hint.replace(/"([^"]+)"/, '--$1')}`;
}
