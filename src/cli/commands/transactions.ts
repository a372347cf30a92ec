import type { Command } from '../command.ts';
import { exitCodeFor } from '../exit-codes.ts';
import { addAskOptions, readAskOptions } from '../options/account-options.ts';
import { renderTransactions } from '../render/account-lists.ts';
import { engineHere } from './batch-command.ts';

/** `nightshift transactions`: the bookings of the accounts, as far as the API shows them. */
export const transactionsCommand: Command = {
  name: 'transactions',
  describe: 'The bookings of the accounts, from the API, the newest first',
  builder: (yargs) => addAskOptions(yargs).example('$0 transactions --limit 100 --json', 'With every entry as the API gave it'),
  run: async (context) => {
    const { output, width } = context;
    const nightshift = await engineHere(context);
    const { items, reasons, notes } = await nightshift.account.transactions(readAskOptions(context));
    if (items.length > 0) await output.text(renderTransactions(items, { width, colors: output.dataColors }));
    else output.note('No bookings.');
    for (const note of notes) output.note(note);
    await output.document({ schema_version: 1, transactions: items });
    return exitCodeFor(reasons);
  },
};
