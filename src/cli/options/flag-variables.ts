import { UsageError } from '../usage-error.ts';

const PREFIX = 'NIGHTSHIFT_';

/** Flags whose variables are read elsewhere, since they mean something before or besides the command line. */
const READ_ELSEWHERE: ReadonlySet<string> = new Set(['config', 'db', 'out', 'profile', 'log-level', 'log-file', 'help', 'version']);

/** The environment variable of a flag: `--max-cost` is `NIGHTSHIFT_MAX_COST`. */
export function variableOf(flag: string): string {
  return PREFIX + flag.toUpperCase().replaceAll('-', '_');
}

/** What the environment says of flags that the command line does not name. An empty variable says nothing. */
export interface FlagVariables {
  readonly values: Readonly<Record<string, string | boolean>>;
  /** Flags that were set so: messages name their variable. */
  readonly names: ReadonlySet<string>;
}

/** Reads the variables of a command's flags. `switches` are those without a value. Throws a UsageError for a switch that is neither on nor off. */
export function readFlagVariables(
  env: Readonly<Record<string, string | undefined>>,
  flags: { readonly known: readonly string[]; readonly switches: readonly string[]; readonly given: (flag: string) => boolean },
): FlagVariables {
  const values: Record<string, string | boolean> = {};
  for (const flag of new Set(flags.known)) {
    const text = env[variableOf(flag)];
    if (flag.length < 2 || READ_ELSEWHERE.has(flag) || text === undefined || text === '' || flags.given(flag)) continue;
    values[flag] = flags.switches.includes(flag) ? onOrOff(variableOf(flag), text) : text;
  }
  return { values, names: new Set(Object.keys(values)) };
}

/** A misread switch could spend, or make a dry run a real one. */
function onOrOff(variable: string, text: string): boolean {
  const word = text.trim().toLowerCase();
  if (word === '1' || word === 'true' || word === 'yes' || word === 'on') return true;
  if (word === '0' || word === 'false' || word === 'no' || word === 'off') return false;
  throw new UsageError(`${variable} ${JSON.stringify(text)}: allowed are 1, true, yes, on and 0, false, no, off`);
}
