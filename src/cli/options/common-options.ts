import type { Argv } from 'yargs';
import { LOG_LEVELS, type LogLevel } from '../output/log-levels.ts';
import type { OutputMode } from '../output/output.ts';
import { UsageError } from '../usage-error.ts';
import { COMMON_FLAGS } from './common-flags.ts';
import type { Flags } from './flags.ts';
import { parsePathFlag, parseWordFlag } from './parse-flags.ts';

/** The options that every command takes. */
export interface CommonOptions {
  readonly mode: OutputMode;
  readonly quiet: boolean;
  readonly noColor: boolean;
  readonly logLevel: LogLevel | null;
  readonly logFile: string | null;
  readonly config: string | null;
  readonly profile: string | null;
  readonly db: string | null;
}

const GROUP = 'Everywhere:';

/** Adds the options that every command takes. */
export function addCommonOptions(yargs: Argv): Argv {
  return COMMON_FLAGS.reduce(
    (built, { name, takesValue, describe }) =>
      built.option(
        name,
        takesValue ? { type: 'string', requiresArg: true, group: GROUP, describe } : { type: 'boolean', group: GROUP, describe },
      ),
    yargs,
  );
}

/** Reads and checks them. Throws a UsageError. */
export function readCommonOptions(flags: Flags, env: Readonly<Record<string, string | undefined>>): CommonOptions {
  const json = flags.on('json');
  const events = flags.on('events');
  if (json && events) throw new UsageError('--json and --events exclude each other: standard output carries one of them');
  const level = (flag: string, text: string) => parseWordFlag(flag, text, LOG_LEVELS);
  return {
    mode: json ? 'json' : events ? 'events' : 'text',
    quiet: flags.on('quiet'),
    noColor: flags.on('no-color'),
    logLevel:
      flags.parsed('log-level', level) ?? (env.NIGHTSHIFT_LOG_LEVEL ? level('NIGHTSHIFT_LOG_LEVEL', env.NIGHTSHIFT_LOG_LEVEL) : null),
    logFile: flags.parsed('log-file', parsePathFlag) ?? (env.NIGHTSHIFT_LOG_FILE || null),
    config: flags.parsed('config', parsePathFlag),
    profile: flags.text('profile') ?? (env.NIGHTSHIFT_PROFILE || null),
    db: flags.parsed('db', parsePathFlag),
  };
}
