import type { Logger } from 'pino';
import type { Wiring } from './command.ts';
import type { Nightshift } from './nightshift.ts';
import type { CommonOptions } from './options/common-options.ts';
import type { Output } from './output/output.ts';
import type { Redactor } from './secrets/redactor.ts';

/** What the wiring gets from the command line and its surroundings. */
export interface ComposeContext extends Wiring {
  readonly common: CommonOptions;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The names of the variables that stand for flags of some command; asked for only when there is one to be judged. */
  flagVariables(): Promise<ReadonlySet<string>>;
  readonly output: Output;
  readonly logger: Logger;
  /** To be told every key before anything else is done with it. */
  readonly redactor: Redactor;
}

/** Builds the engine. The registries are imported there and nowhere else. */
export type Compose = (context: ComposeContext) => Promise<Nightshift>;
