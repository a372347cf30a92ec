import type { Command } from '../command.ts';
import { exitCodeFor } from '../exit-codes.ts';
import { renderBalance } from '../render/account-tables.ts';
import { engineHere } from './batch-command.ts';

/** `nightshift balance`: what each account holds, from the API. */
export const balanceCommand: Command = {
  name: 'balance',
  describe: 'What each account holds',
  builder: (yargs) => yargs.example('$0 balance --json', 'For a script; null where the API has no balance to ask for'),
  run: async (context) => {
    const { document, reasons, notes } = await (await engineHere(context)).balance();
    await context.output.text(renderBalance(document));
    for (const note of notes) context.output.note(note);
    await context.output.document(document);
    return exitCodeFor(reasons);
  },
};
