import type { Command } from '../command.ts';
import { addProvider } from '../options/account-options.ts';
import { parsePathFlag } from '../options/parse-flags.ts';
import { engineHere } from './batch-command.ts';

/** `nightshift upload`: brings files to a public address by hand, as a run does by itself. */
export const uploadCommand: Command = {
  name: 'upload <file..>',
  describe: 'Upload images and print their addresses, one a line; costs nothing',
  builder: (yargs) =>
    addProvider(yargs)
      .positional('file', { type: 'string', array: true, describe: 'Images: JPEG, PNG or WebP' })
      .option('again', { type: 'boolean', describe: 'Also what was uploaded before and still serves' })
      .example('$0 upload photos/*.jpg', 'The address of each, in this order')
      .epilogue(
        'A manifest needs none of this: write the path of the file there. The public address can be read by everyone who knows it.',
      ),
  run: async (context) => {
    const { flags, output } = context;
    const files = flags.list('file').map((file) => parsePathFlag('<file>', file));
    const nightshift = await engineHere(context);
    const uploads = await nightshift.account.upload(flags.text('provider'), files, flags.on('again'));
    for (const { url, file, reused } of uploads) {
      await output.text(url);
      if (reused) output.note(`${file}: uploaded before; --again uploads it anew`);
    }
    await output.document({ schema_version: 1, uploads });
    return 0;
  },
};
