import { resolve } from 'node:path';
import { shellWord } from '../../report/command-line.ts';
import type { Command } from '../command.ts';
import { MAKES } from '../init.ts';
import { parsePathFlag, parseWordFlag } from '../options/parse-flags.ts';
import { Questions } from '../questions.ts';
import { UsageError } from '../usage-error.ts';

/** `nightshift init`: the first manifest. Two questions at a terminal, or flags; a row for each picture of a folder. */
export const initCommand: Command = {
  name: 'init [folder]',
  describe: 'A starter manifest and configuration, for your own pictures with --from-dir',
  builder: (yargs) =>
    yargs
      .positional('folder', { type: 'string', describe: 'Where to write; default: the current folder' })
      .option('make', { type: 'string', requiresArg: true, describe: `${MAKES.join(', ')}; default images` })
      .option('model', { type: 'string', requiresArg: true, describe: 'The model; default: the first that makes it' })
      .option('name', { type: 'string', requiresArg: true, describe: 'The batch and the file; default starter' })
      .option('from-dir', {
        type: 'string',
        requiresArg: true,
        describe: 'A folder of pictures: a row for each, in a CSV file beside the manifest',
      })
      .example('$0 init', 'Two questions, then a manifest that plans as it stands')
      .example('$0 init --from-dir photos --model ulazai/kling-3.0', 'A film of every photo')
      .epilogue('What is there already is never written over.'),
  run: async (context) => {
    const { flags, output, terminal, cwd } = context;
    const folder = resolve(cwd, parsePathFlag('<folder>', flags.text('folder') ?? '.'));
    const fromDir = flags.parsed('from-dir', parsePathFlag);
    const hasPerson = terminal.input.isTTY === true && terminal.output.isTTY === true;
    const nightshift = await context.nightshift({ startDir: folder, out: null, sandbox: 'off' });
    const questions = new Questions(terminal);
    const options = {
      folder,
      name: flags.parsed('name', parseName),
      make: flags.parsed('make', (flag, text) => parseWordFlag(flag, text, MAKES)),
      model: flags.text('model'),
      fromDir: fromDir === null ? null : resolve(cwd, fromDir),
      ask: hasPerson ? (question: string, choices: readonly string[]) => questions.choose(question, choices) : null,
    };
    const done = await nightshift.init(options).finally(() => questions.close());
    const { files, model, manifest, rows, notes } = done;
    for (const { path, status } of files) await output.text(`${status.padEnd(7)}  ${path}`);
    for (const note of notes) output.note(note);
    output.note(`${rows} rows for ${model}. Next: ${context.suggest('plan', null, shellWord(manifest))}`);
    await output.document({ schema_version: 1, init: { model, manifest, rows, files } });
    return 0;
  },
};

/** It becomes the name of a batch, of a file and of a folder. */
function parseName(flag: string, text: string): string {
  if (/^[\p{L}\p{N}][\p{L}\p{N}._ -]{0,99}$/u.test(text) && !/[. ]$/.test(text)) return text;
  throw new UsageError(
    `${flag} ${JSON.stringify(text)}: allowed are 1 to 100 letters, digits, blanks, dots, - and _, beginning with a letter or digit`,
  );
}
