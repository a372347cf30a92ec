import yargs from 'yargs';
import { didYouMean } from '../manifest/nearest-name.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './command-table.ts';
import { addCommonOptions } from './options/common-options.ts';
import { readFlagVariables, variableOf } from './options/flag-variables.ts';
import { Flags } from './options/flags.ts';
import { overview, WHAT_IT_IS } from './overview.ts';
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

/** yargs' name of the group of flags without one: begun first, so that a command's own flags stand before those of every command. */
const OWN_FLAGS = 'Options:';

/** Reads a command line (without node and script). Throws a UsageError for what it does not understand; runs nothing. */
export async function parseCommandLine(
  argv: readonly string[],
  about: { readonly version: string; readonly width: number; readonly env?: Readonly<Record<string, string | undefined>> },
): Promise<CommandLine> {
  refuseOddNames(argv);
  let found: { name: string; command: Command } | null = null;
  const known: string[] = [];
  const switches: string[] = [];
  let parser = addCommonOptions(yargs([...argv]))
    .scriptName('nightshift')
    .usage(`$0 <command>\n\n${WHAT_IT_IS}`)
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
    .version('version', 'Show the version', about.version);
  for (const entry of COMMANDS) {
    parser = parser.command(
      [entry.name, ...entry.aliases],
      entry.describe,
      async (builder) => {
        const command = await entry.load();
        found = { name: entry.name.split(' ')[0] ?? entry.name, command };
        const built = command.builder(builder.group([], OWN_FLAGS));
        const { key, boolean } = (built as unknown as { getOptions(): { key: Record<string, unknown>; boolean: string[] } }).getOptions();
        known.push(...Object.keys(key));
        switches.push(...boolean);
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
  if (argv.length === 0) return { kind: 'text', text: overview(about.width), asked: false };
  if (failure !== null) throw new UsageError(explain((failure as Error).message, argv, known));
  // Help that no command has a part in is ours, so that it reads the same however it is asked for.
  if (text !== '') return { kind: 'text', text: found === null && text !== about.version ? overview(about.width) : text, asked: true };
  if (found === null) throw new UsageError('Name a command; `nightshift --help` lists them');
  refuseOddSwitches(argv, switches);
  const { name, command } = found as { name: string; command: Command };
  const given = values as Record<string, unknown>;
  const variables = readFlagVariables(about.env ?? {}, { known, switches, given: (flag) => given[flag] !== undefined });
  return { kind: 'command', name, command, flags: new Flags({ ...given, ...variables.values }, variables.names) };
}

/** The environment variables of every flag of every command. Loads all of them. */
export async function allFlagVariables(): Promise<ReadonlySet<string>> {
  const flags = new Set<string>();
  for (const entry of COMMANDS) {
    const built = (await entry.load()).builder(addCommonOptions(yargs([])));
    for (const name of Object.keys((built as unknown as { getOptions(): { key: Record<string, unknown> } }).getOptions().key))
      flags.add(name);
  }
  return new Set([...flags].filter((flag) => flag.length > 1).map(variableOf));
}

/** Names that mean something to JavaScript objects would end in an internal error of the parser. */
function refuseOddNames(argv: readonly string[]): void {
  for (const argument of argv) {
    if (argument === '--') return;
    const name = /^-+(?:no-)?(__proto__|constructor|prototype)(?:[.=\s]|$)/.exec(argument)?.[1];
    if (name !== undefined) throw new UsageError(`Unknown argument: ${name}`);
  }
}

/** `--dry-run=maybe` would silently be off, and a run that was meant to be free would spend. */
function refuseOddSwitches(argv: readonly string[], switches: readonly string[]): void {
  for (const argument of argv) {
    if (argument === '--') return;
    const [, name = '', value = ''] = /^--([^=]+)=(.*)$/s.exec(argument) ?? [];
    if (switches.includes(name) && value !== 'true' && value !== 'false') {
      throw new UsageError(`--${name}=${value}: a switch takes no value; write --${name}, or leave it out`);
    }
  }
}

/** yargs' message in words that say what to do, with the nearest name where one was misspelt. */
function explain(message: string, argv: readonly string[], known: readonly string[]): string {
  const command = argv.find((argument) => !argument.startsWith('-')) ?? '';
  const names = COMMANDS.flatMap((entry) => [entry.name.split(' ')[0] ?? '', ...entry.aliases]);
  const missing = /^Not enough arguments following: (.+)$/.exec(message.trim())?.[1];
  if (missing !== undefined) return `--${missing} needs a value`;
  if (message.startsWith('Not enough non-option arguments')) {
    const meant = COMMANDS.find((entry) => [entry.name.split(' ')[0], ...entry.aliases].includes(command));
    if (meant === undefined) return 'Name a command; `nightshift --help` lists them';
    return `Something is missing: nightshift ${meant.name}${meant.needs === undefined ? '' : ` (${meant.needs})`}; \`nightshift ${command} --help\` shows examples`;
  }
  const unknown = /^Unknown (?:argument|command)s?: (.+)$/.exec(message.trim())?.[1]?.split(', ')[0];
  if (unknown === undefined) return message.trim();
  if (command !== '' && !names.includes(command)) return `Unknown command: ${command}${didYouMean(command, names)}`;
  const isFlag = argv.some((argument) => argument.replace(/=.*$/s, '') === `--${unknown}`);
  const hint = didYouMean(
    unknown,
    known.filter((flag) => flag.length > 1),
  );
  return isFlag ? `Unknown flag: --${unknown}${hint.replace(/"([^"]+)"/, '--$1')}` : `Unknown argument: ${unknown}`;
}
