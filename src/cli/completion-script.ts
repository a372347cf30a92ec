import yargs from 'yargs';
import type { CommandEntry } from './command.ts';
import { addCommonOptions } from './options/common-options.ts';

/** The shells that are known. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** One command as a shell needs it. */
interface Known {
  readonly name: string;
  readonly describe: string;
  readonly flags: readonly { readonly name: string; readonly describe: string; readonly takesValue: boolean }[];
  /** What its positional arguments are. */
  readonly argument: 'file' | 'batch' | 'job' | 'none';
}

/** A completion script: commands, their flags, files, and the names of batches and jobs, which it asks the program for. */
export async function completionScript(shell: Shell, entries: readonly CommandEntry[]): Promise<string> {
  const commands = await knownCommands(entries);
  if (shell === 'bash') return bash(commands);
  return shell === 'zsh' ? zsh(commands) : fish(commands);
}

async function knownCommands(entries: readonly CommandEntry[]): Promise<readonly Known[]> {
  const known: Known[] = [];
  for (const entry of entries) {
    const built = (await entry.load()).builder(addCommonOptions(yargs([])));
    const options = (built as unknown as { getOptions(): YargsOptions }).getOptions();
    const described = (built as unknown as { getInternalMethods(): { getUsageInstance(): { getDescriptions(): Record<string, string> } } })
      .getInternalMethods()
      .getUsageInstance()
      .getDescriptions();
    const [word = '', argument = ''] = entry.name.split(' ');
    const positional = positionalNames(entry.name);
    const flags = Object.keys(options.key)
      .filter((flag) => flag.length > 1 && !positional.includes(flag) && flag !== 'version')
      .sort()
      .map((flag) => ({
        name: flag,
        describe: (described[flag] ?? '').replace(/^__yargsString__:/, ''),
        takesValue: !options.boolean.includes(flag) && flag !== 'help',
      }));
    for (const name of [word, ...entry.aliases]) known.push({ name, describe: entry.describe, flags, argument: argumentOf(argument) });
  }
  return known;
}

interface YargsOptions {
  readonly key: Readonly<Record<string, unknown>>;
  readonly boolean: readonly string[];
}

function positionalNames(usage: string): readonly string[] {
  return [...usage.matchAll(/[<[]([^.\]>]+)/g)].map((found) => found[1] ?? '');
}

function argumentOf(usage: string): Known['argument'] {
  if (/manifest|file|folder/.test(usage)) return 'file';
  if (/batch/.test(usage)) return 'batch';
  return /job/.test(usage) ? 'job' : 'none';
}

/** What the program is asked for, so that a shell completes it; silent where there is no queue. */
const ASK = { batch: 'nightshift completion batches 2>/dev/null', job: 'nightshift completion jobs 2>/dev/null' } as const;

function bash(commands: readonly Known[]): string {
  const flags = commands.map((command) => `    ${command.name}) flags="${command.flags.map(({ name }) => `--${name}`).join(' ')}" ;;`);
  const names = commands.flatMap(({ name, argument }) =>
    argument === 'batch' || argument === 'job' ? [`    ${name}) COMPREPLY=($(compgen -W "$(${ASK[argument]})" -- "$cur")) ;;`] : [],
  );
  return `# bash completion of nightshift: nightshift completion bash
_nightshift() {
  local cur prev flags
  cur="\${COMP_WORDS[COMP_CWORD]}"
  prev="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')}" -- "$cur"))
    return
  fi
  if [ "$prev" = --batch ]; then
    COMPREPLY=($(compgen -W "$(${ASK.batch})" -- "$cur"))
    return
  fi
  if [ "\${cur#-}" != "$cur" ]; then
    case "\${COMP_WORDS[1]}" in
${flags.join('\n')}
    esac
    COMPREPLY=($(compgen -W "$flags" -- "$cur"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${names.join('\n')}
  esac
}
complete -o default -F _nightshift nightshift`;
}

function zsh(commands: readonly Known[]): string {
  const quote = (text: string): string => text.replace(/'/g, "'\\''").replace(/[[\]:]/g, '\\$&');
  const cases = commands.map(({ name, flags, argument }) => {
    const specs = flags.map((flag) => `'--${flag.name}[${quote(flag.describe)}]${flag.takesValue ? ':value:_files' : ''}'`);
    const rest = argument === 'file' ? "'*:file:_files'" : argument === 'none' ? '' : `"*:${argument}:($(${ASK[argument]}))"`;
    return `    ${name}) _arguments ${[...specs, rest].join(' ')} ;;`;
  });
  return `#compdef nightshift
# zsh completion of nightshift: nightshift completion zsh
_nightshift() {
  local -a commands
  commands=(
${commands.map(({ name, describe }) => `    '${name}:${quote(describe)}'`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = _nightshift ]; then _nightshift "$@"; else compdef _nightshift nightshift; fi`;
}

function fish(commands: readonly Known[]): string {
  const quote = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
  const lines = commands.flatMap(({ name, describe, flags, argument }) => [
    `complete -c nightshift -n __fish_use_subcommand -a ${name} -d ${quote(describe)}`,
    ...flags.map(
      (flag) =>
        `complete -c nightshift -n '__fish_seen_subcommand_from ${name}' -l ${flag.name}${flag.takesValue ? ' -r' : ''} -d ${quote(flag.describe)}`,
    ),
    ...(argument === 'batch' || argument === 'job'
      ? [`complete -c nightshift -n '__fish_seen_subcommand_from ${name}' -f -a '(${ASK[argument]})'`]
      : []),
  ]);
  return ['# fish completion of nightshift: nightshift completion fish', ...lines].join('\n');
}
