import { LOG_LEVELS } from '../output/log-levels.ts';

/** A flag that every command takes. */
export interface CommonFlag {
  readonly name: string;
  readonly takesValue: boolean;
  readonly describe: string;
}

/** The flags that every command takes. Environment variables are named in the texts since help is where people look. */
export const COMMON_FLAGS: readonly CommonFlag[] = [
  { name: 'json', takesValue: false, describe: 'One JSON document on standard output' },
  { name: 'events', takesValue: false, describe: 'NDJSON on standard output: launch, then a line per event, last done' },
  { name: 'quiet', takesValue: false, describe: 'Only warnings and errors on standard error' },
  { name: 'no-color', takesValue: false, describe: 'No colours (also NO_COLOR)' },
  {
    name: 'config',
    takesValue: true,
    describe: 'Configuration file; default: nightshift.config.yaml beside the manifest or above it (NIGHTSHIFT_CONFIG)',
  },
  {
    name: 'profile',
    takesValue: true,
    describe: 'A profile of the configuration, with a queue and outputs of its own (NIGHTSHIFT_PROFILE)',
  },
  { name: 'db', takesValue: true, describe: 'Queue file; default: .nightshift/queue.db beside the configuration (NIGHTSHIFT_DB)' },
  { name: 'log-level', takesValue: true, describe: `How much is logged: ${LOG_LEVELS.join(', ')} (NIGHTSHIFT_LOG_LEVEL)` },
  { name: 'log-file', takesValue: true, describe: 'Write the log there as JSON lines; keys never stand in it (NIGHTSHIFT_LOG_FILE)' },
];
