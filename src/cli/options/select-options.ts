import type { Argv } from 'yargs';
import type { CommandContext } from '../command.ts';
import { type JobChange, type NamedThing, namedThings, parseSelector, type Selector } from './selector.ts';

/** What `--select` and `--exclude` leave. */
export interface Selection {
  readonly matches: Selector;
  /** The flags as they were given, for messages. */
  readonly given: string;
  /** Whether `--select` chooses; `--exclude` alone leaves a command's own choice as it is, less what it names. */
  readonly chooses: boolean;
  /** The ids, models and variables that `--select` names in full. */
  readonly names: readonly NamedThing[];
}

const TERMS = 'id:GLOB tag:GLOB model:GLOB state:queued var.color=red; a space is or, a comma is and';

/** Adds `--select` and `--exclude`. `changes`: those that the command can tell; `takes`: what it does with those selected. */
export function addSelectOptions(yargs: Argv, changes: readonly JobChange[], takes = 'Only these'): Argv {
  const terms = `change:${changes.join('|')} ${TERMS}`;
  return yargs
    .option('select', { type: 'string', requiresArg: true, describe: `${takes}: ${terms}` })
    .option('exclude', { type: 'string', requiresArg: true, describe: 'All but these, in the same words; wins over --select' });
}

/** Reads them; null when neither is given. */
export function readSelection({ flags }: CommandContext, changes: readonly JobChange[]): Selection | null {
  const parse = (flag: string, text: string): Selector => parseSelector(flag, text, changes);
  const select = flags.parsed('select', parse);
  const exclude = flags.parsed('exclude', parse);
  if (!select && !exclude) return null;
  const given = ['select', 'exclude'].flatMap((name) => {
    const text = flags.text(name);
    return text === null ? [] : [`--${name} ${JSON.stringify(text)}`];
  });
  return {
    matches: (job) => (select?.(job) ?? true) && !(exclude?.(job) ?? false),
    given: given.join(' '),
    chooses: select !== null,
    names: namedThings('--select', flags.text('select') ?? ''),
  };
}
