import type { Argv } from 'yargs';
import { DEFAULT_TRIGGERS, RERUN_TRIGGERS, type RerunTrigger } from '../../plan/rerun-triggers.ts';
import type { CommandContext } from '../command.ts';
import type { PlanScope } from '../engine/refine-plan.ts';
import { parseWordFlag } from './parse-flags.ts';
import { addSelectOptions, readSelection } from './select-options.ts';
import { JOB_CHANGES } from './selector.ts';

/** Adds what narrows a run of a manifest down. */
export function addScopeOptions(yargs: Argv): Argv {
  return addSelectOptions(yargs, JOB_CHANGES).option('rerun-triggers', {
    type: 'string',
    requiresArg: true,
    describe: `Which changes make a finished job be made, and paid for, again: a list of ${RERUN_TRIGGERS.join(', ')}, or none; default ${DEFAULT_TRIGGERS.join(',')}`,
  });
}

/** Reads it. */
export function readScope(context: CommandContext): PlanScope {
  return {
    selection: readSelection(context, JOB_CHANGES),
    triggers: context.flags.parsed('rerun-triggers', parseTriggers) ?? DEFAULT_TRIGGERS,
  };
}

/** `params,inputs,missing`, some of them, or `none`. Throws a UsageError. */
export function parseTriggers(flag: string, text: string): readonly RerunTrigger[] {
  if (text.trim() === 'none') return [];
  return [...new Set(text.split(',').map((word) => parseWordFlag(flag, word.trim(), RERUN_TRIGGERS)))];
}
