import type { Problem } from '../values/problem.ts';

/** Where a call of the library works, and who hears of it. Paths are relative to `cwd`. */
export interface LibraryOptions {
  /** Default: the current folder. */
  readonly cwd?: string;
  /** The configuration file; default: `nightshift.config.yaml` beside the manifest or above it. */
  readonly config?: string;
  /** A profile of the configuration: another account, with a queue of its own. */
  readonly profile?: string;
  /** The queue file; default: `.nightshift/queue.db` beside the configuration. */
  readonly db?: string;
  /** The output folder; default: `out/<batch>` beside the configuration. */
  readonly out?: string;
  /**
   * Where keys and variables are read from; default: the environment of the process. A `.env` beside the configuration is read too. Of the
   * flags' variables `NIGHTSHIFT_CONFIG`, `_PROFILE`, `_DB`, `_OUT` and `_SANDBOX` count here; what may be spent is said by the call alone.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Against a stand-in for both APIs, with a queue and an account of its own: no key, no money. */
  readonly sandbox?: boolean;
  /** Every event as it happens: what `--events` prints, without `launch` and `done`. Keys stand in none of them. */
  readonly onEvent?: (event: NightshiftEvent) => void;
  /** Every line for people: warnings, errors, notes. Without it they go nowhere. */
  readonly onMessage?: (line: string) => void;
}

/** One event. `event` is its name; the other fields are those of the line that `--events` prints. */
export interface NightshiftEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** What may be spent on a batch. One of the two must be given, or a `budget` in the manifest; the sandbox needs none. */
export interface Spending {
  /** Cap of the batch to date, in the provider's unit: one amount, or one by provider. */
  readonly maxCost?: number | Readonly<Record<string, number>>;
  /** Spend without a cap, whatever the plan says. */
  readonly yes?: boolean;
}

/** Something that the caller can put right: nothing was stored and nothing was sent. */
export interface UsageFault extends Error {
  readonly name: 'UsageError';
  readonly exitCode: 2;
  /** Every fault found, where they stand in files. */
  readonly problems: readonly Problem[];
}

/** Whether an error is one that the caller can put right: a broken manifest, no such batch, money that nobody allowed, a second runner. */
export function isUsageFault(error: unknown): error is UsageFault {
  return error instanceof Error && error.name === 'UsageError';
}
