import type { Argv } from 'yargs';
import { DEFAULT_TRIGGERS, RERUN_TRIGGERS, type RerunTrigger } from '../../plan/rerun-triggers.ts';
import type { PilotSize } from '../../queue/staged-sample.ts';
import type { CommandContext } from '../command.ts';
import type { PlanScope } from '../engine/refine-plan.ts';
import { UsageError } from '../usage-error.ts';
import { parseCountFlag, parseWordFlag } from './parse-flags.ts';
import { addSelectOptions, readSelection } from './select-options.ts';
import { JOB_CHANGES } from './selector.ts';

/** Adds what narrows a run of a manifest down. */
export function addScopeOptions(yargs: Argv): Argv {
  return addSelectOptions(yargs, JOB_CHANGES)
    .option('limit', { type: 'string', requiresArg: true, describe: 'Only the first so many of the manifest (of those selected)' })
    .option('sample', { type: 'string', requiresArg: true, describe: 'Only so many, of every model by its share; always the same ones' })
    .option('pilot', {
      type: 'string',
      requiresArg: true,
      describe:
        'So many first, or N%: every model with every value of the matrix as far as they reach; then shows what they cost and asks before the rest',
    })
    .option('rerun-triggers', {
      type: 'string',
      requiresArg: true,
      describe: `Which changes make a finished job be made, and paid for, again: a list of ${RERUN_TRIGGERS.join(', ')}, or none; default ${DEFAULT_TRIGGERS.join(',')}`,
    });
}

/** Reads it. */
export function readScope(context: CommandContext): PlanScope {
  const { flags } = context;
  const count = (flag: string, text: string): number => parseCountFlag(flag, text, { min: 1, max: 1_000_000_000 });
  if (flags.text('limit') !== null && flags.text('sample') !== null) throw new UsageError('--limit and --sample exclude each other');
  return {
    selection: readSelection(context, JOB_CHANGES),
    triggers: flags.parsed('rerun-triggers', parseTriggers) ?? DEFAULT_TRIGGERS,
    limit: flags.parsed('limit', count),
    sample: flags.parsed('sample', count),
    pilot: flags.parsed('pilot', parsePilot),
  };
}

/** `20` or `5%`. Throws a UsageError. */
export function parsePilot(flag: string, text: string): PilotSize {
  const [, digits = '', percent] = /^(\d{1,9})(%?)$/.exec(text.trim()) ?? [];
  const value = Number(digits);
  if (value >= 1 && percent === '') return { jobs: value };
  if (value >= 1 && value <= 100 && percent === '%') return { share: value / 100 };
  throw new UsageError(`${flag} ${JSON.stringify(text)}: allowed are N, a number of jobs from 1, and N%, from 1% to 100%`);
}

/** `params,inputs,missing`, some of them, or `none`. Throws a UsageError. */
export function parseTriggers(flag: string, text: string): readonly RerunTrigger[] {
  if (text.trim() === 'none') return [];
  return [...new Set(text.split(',').map((word) => parseWordFlag(flag, word.trim(), RERUN_TRIGGERS)))];
}
