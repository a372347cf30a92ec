import type { Command } from '../command.ts';
import { exitCodeFor } from '../exit-codes.ts';
import { addAskOptions, readAskOptions } from '../options/account-options.ts';
import { renderHistory } from '../render/account-lists.ts';
import { engineHere } from './batch-command.ts';

/** `nightshift history`: what the accounts generated, over every list that is documented. */
export const historyCommand: Command = {
  name: 'history',
  describe: 'What the accounts generated, from the API, the newest first',
  builder: (yargs) =>
    addAskOptions(yargs)
      .option('type', { type: 'string', requiresArg: true, describe: 'One list only: image, video, studio, 3d' })
      .example('$0 history --type video --limit 50', 'The newest 50 videos')
      .example('$0 history --json', 'With every entry as the API gave it'),
  run: async (context) => {
    const { flags, output, width } = context;
    const nightshift = await engineHere(context);
    const { items, reasons, notes } = await nightshift.account.history({ ...readAskOptions(context), type: flags.text('type') });
    if (items.length > 0) await output.text(renderHistory(items, { width, colors: output.dataColors }));
    else output.note('The lists are empty.');
    for (const note of notes) output.note(note);
    await output.document({ schema_version: 1, history: items });
    return exitCodeFor(reasons);
  },
};
