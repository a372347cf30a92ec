import type { Command } from '../command.ts';
import { renderModels } from '../render/account-tables.ts';
import { engineHere } from './batch-command.ts';

/** `nightshift models`: what a manifest may name as `model`, with prices as far as they are known. */
export const modelsCommand: Command = {
  name: 'models',
  describe: 'The models that a manifest may name, and what they cost',
  builder: (yargs) => yargs.example('$0 models --json', 'For a script'),
  run: async (context) => {
    const document = await (await engineHere(context)).models();
    await context.output.text(renderModels(document, { width: context.width, colors: context.output.dataColors }));
    await context.output.document(document);
    return 0;
  },
};
