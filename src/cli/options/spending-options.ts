import type { Argv } from 'yargs';
import type { CommandContext } from '../command.ts';
import { type ConfirmSpend, confirmSpend } from '../confirm-spend.ts';
import { type MoneyCap, parseMoneyFlag } from './parse-money-flag.ts';

/** Adds `--yes` and `--max-cost`. */
export function addSpendingOptions(yargs: Argv): Argv {
  return yargs.option('yes', { type: 'boolean', describe: 'Spend without asking' }).option('max-cost', {
    type: 'string',
    requiresArg: true,
    describe: 'Cap of the batch to date in credits or points: N, or ulazai=40,mayanio=10; replaces the budget of the manifest',
  });
}

/** The cap, and the question that is asked where nothing was said. On a sandbox nothing is asked. */
export function readSpendingOptions(context: CommandContext): { maxCost: MoneyCap | null; confirm: ConfirmSpend } {
  const maxCost = context.flags.parsed('max-cost', parseMoneyFlag);
  const confirm = confirmSpend(
    { yes: context.flags.on('yes'), maxCost: maxCost !== null, sandbox: context.flags.on('sandbox') },
    context.terminal,
  );
  return { maxCost, confirm };
}
