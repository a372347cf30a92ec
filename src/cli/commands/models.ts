import type { Command } from '../command.ts';
import { renderModels } from '../render/account-tables.ts';
import { renderModel } from '../render/model-detail.ts';
import { engineHere } from './batch-command.ts';

/** `nightshift models`: what a manifest may name as `model`, with prices as far as they are known. */
export const modelsCommand: Command = {
  name: 'models [name]',
  describe: 'The models that a manifest may name, their parameters and what they cost',
  builder: (yargs) =>
    yargs
      .positional('name', { type: 'string', describe: 'One model in detail: parameters, allowed values, prices' })
      .example('$0 models ulazai/kling-3.0', 'What it takes and what it costs')
      .example('$0 models --json', 'All of them with everything'),
  run: async (context) => {
    const name = context.flags.text('name');
    const document = await (await engineHere(context)).models(name);
    const style = { width: context.width, colors: context.output.dataColors };
    const [only] = document.models;
    await context.output.text(name !== null && only ? renderModel(only, style) : renderModels(document, style));
    if (name === null) context.output.note(`\`${context.suggest('models', null, 'NAME')}\` shows the parameters of one and every price.`);
    await context.output.document(document);
    return 0;
  },
};
