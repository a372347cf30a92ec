import type { Argv } from 'yargs';
import { LOG_LEVELS, type LogLevel } from '../output/log-levels.ts';
import type { OutputMode } from '../output/output.ts';
import { UsageError } from '../usage-error.ts';
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

/** Adds the options that every command takes. Environment variables are named in the texts since help is where people look. */
export function addCommonOptions(yargs: Argv): Argv {
  return yargs
    .option('json', { type: 'boolean', group: GROUP, describe: 'One JSON document on standard output' })
    .option('events', { type: 'boolean', group: GROUP, describe: 'NDJSON on standard output: launch, then a line per event, last done' })
    .option('quiet', { type: 'boolean', group: GROUP, describe: 'Only warnings and errors on standard error' })
    .option('no-color', { type: 'boolean', group: GROUP, describe: 'No colours (also NO_COLOR)' })
    .option('config', {
      type: 'string',
      requiresArg: true,
      group: GROUP,
      describe: 'Configuration file; default: nightshift.config.yaml beside the manifest or above it (NIGHTSHIFT_CONFIG)',
    })
    .option('profile', {
      type: 'string',
      requiresArg: true,
      group: GROUP,
      describe: 'A profile of the configuration, with a queue and outputs of its own (NIGHTSHIFT_PROFILE)',
    })
    .option('db', {
      type: 'string',
      requiresArg: true,
      group: GROUP,
      describe: 'Queue file; default: .nightshift/queue.db beside the configuration (NIGHTSHIFT_DB)',
    })
    .option('log-level', {
      type: 'string',
      requiresArg: true,
      group: GROUP,
      describe: `How much is logged: ${LOG_LEVELS.join(', ')} (NIGHTSHIFT_LOG_LEVEL)`,
    })
    .option('log-file', {
      type: 'string',
      requiresArg: true,
      group: GROUP,
      describe: 'Write the log there as JSON lines; keys never stand in it (NIGHTSHIFT_LOG_FILE)',
    });
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
