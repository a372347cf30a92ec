import { UsageError } from '../usage-error.ts';
import { variableOf } from './flag-variables.ts';

/**
 * The values of a command line, all of them text or switches: yargs coerces nothing here, since its numbers accept
 * `1e5`, `0x1F` and NaN. A flag given twice is refused rather than guessed at.
 */
export class Flags {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #fromVariables: ReadonlySet<string>;

  /** `fromVariables` are the flags that the environment set: a message about one names its variable. */
  constructor(values: Readonly<Record<string, unknown>>, fromVariables: ReadonlySet<string> = new Set()) {
    this.#values = values;
    this.#fromVariables = fromVariables;
  }

  /** The text of a flag or positional argument; null when it was not given. */
  text(name: string): string | null {
    const value = this.#values[name];
    if (value === undefined) return null;
    if (typeof value === 'string') return value;
    throw twiceOrOdd(name, value);
  }

  /** The text of a flag read by `parse`; null when it was not given. */
  parsed<Value>(name: string, parse: (flag: string, text: string) => Value): Value | null {
    const text = this.text(name);
    return text === null ? null : parse(this.#fromVariables.has(name) ? variableOf(name) : `--${name}`, text);
  }

  /** Whether a switch is on. */
  on(name: string): boolean {
    const value = this.#values[name];
    if (value === undefined || value === false) return false;
    if (value === true) return true;
    throw twiceOrOdd(name, value);
  }

  /** Every value of a flag that may be repeated. */
  list(name: string): readonly string[] {
    const value = this.#values[name];
    if (value === undefined) return [];
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.map((item) => {
      if (typeof item === 'string') return item;
      throw twiceOrOdd(name, item);
    });
  }
}

function twiceOrOdd(name: string, value: unknown): UsageError {
  if (Array.isArray(value)) return new UsageError(`--${name} is given ${value.length} times; once is allowed`);
  return new UsageError(`--${name}: a value is needed`);
}
