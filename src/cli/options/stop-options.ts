import type { Argv } from 'yargs';
import type { CommandContext } from '../command.ts';
import type { HaltRule, StopRules } from '../engine/brakes.ts';
import { UsageError } from '../usage-error.ts';
import { parseDurationFlag } from './parse-flags.ts';

/** Adds `--fail-fast`, `--halt` and `--max-duration`. */
export function addStopOptions(yargs: Argv): Argv {
  return yargs
    .option('fail-fast', { type: 'boolean', describe: 'Submit nothing more after the first job that fails' })
    .option('halt', {
      type: 'string',
      requiresArg: true,
      describe: 'Submit nothing more when so many jobs failed: fail=5, or fail=20% of those that ended (at least 3)',
    })
    .option('max-duration', {
      type: 'string',
      requiresArg: true,
      describe: 'Submit nothing more after this long, such as 8h or 1h30m; what is in flight is collected (exit 10)',
    });
}

/** Reads them. */
export function readStopOptions({ flags }: CommandContext): StopRules {
  return {
    failFast: flags.on('fail-fast'),
    halt: flags.parsed('halt', parseHaltFlag),
    maxDurationMs: flags.parsed('max-duration', parseDurationFlag),
  };
}

/** `fail=5` or `fail=20%`, as GNU parallel writes it. Throws a UsageError. */
export function parseHaltFlag(flag: string, text: string): HaltRule {
  const found = /^fail=(\d{1,9})(%?)$/.exec(text.trim());
  const value = Number(found?.[1] ?? 0);
  if (found?.[2] === '%' && value >= 1 && value <= 100) return { share: value / 100 };
  if (found?.[2] === '' && value >= 1) return { jobs: value };
  throw new UsageError(`${flag} ${JSON.stringify(text)}: allowed are fail=N, a number of jobs from 1, and fail=N%, from 1% to 100%`);
}
