import type { Argv } from 'yargs';
import type { Terminal } from './confirm-spend.ts';
import type { SignalSource } from './interrupt.ts';
import type { Nightshift } from './nightshift.ts';
import type { CommonOptions } from './options/common-options.ts';
import type { Flags } from './options/flags.ts';
import type { Output } from './output/output.ts';
import type { Suggest } from './queue-flags.ts';

/** One command: its flags, and what it does with them. It reads flags, asks `Nightshift`, prints; it decides nothing else. */
export interface Command {
  /** As yargs writes it, with positional arguments: `run <manifest>`. */
  readonly name: string;
  readonly describe: string;
  builder(yargs: Argv): Argv;
  /** The exit code. Throws a UsageError for what the user can put right. */
  run(context: CommandContext): Promise<number>;
}

/** A command before it is loaded: what the overview shows. */
export interface CommandEntry {
  /** As yargs writes it; must be the `name` of the loaded command. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** The `describe` of the loaded command. */
  readonly describe: string;
  /** What its argument may be, where its name does not tell. */
  readonly needs?: string;
  load(): Promise<Command>;
}

/** What a command works with. */
export interface CommandContext {
  readonly flags: Flags;
  readonly common: CommonOptions;
  readonly output: Output;
  readonly terminal: Terminal;
  readonly cwd: string;
  /** All of them, itself included. */
  readonly commands: readonly CommandEntry[];
  /** Columns of standard output. */
  readonly width: number;
  readonly signals: SignalSource;
  /** Ends the process at once, with a code: the second Ctrl-C. */
  leave(code: number): void;
  /** The engine, wired for this command; closed by the caller when the command has ended. */
  nightshift(wiring: Wiring): Promise<Nightshift>;
  /** A command to copy for the queue that this command line means. */
  readonly suggest: Suggest;
}

/** What the wiring depends on besides the common options. */
export interface Wiring {
  /** Where the search for the configuration begins: the manifest's folder, or the current one. */
  readonly startDir: string;
  /** `--out`; null when not given. */
  readonly out: string | null;
  /** `--sandbox`: `live` starts a stand-in for both APIs with its own queue and account, `look` the same to change nothing; `stored` only looks at the queue of earlier ones. */
  readonly sandbox: 'off' | 'live' | 'look' | 'stored';
}
