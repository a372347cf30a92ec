import type { Command } from '../command.ts';
import { parsePathFlag } from '../options/parse-flags.ts';
import { engineHere } from './batch-command.ts';

/** `nightshift backup`: a copy of the queue that is whole, also while a run goes on. */
export const backupCommand: Command = {
  name: 'backup <file>',
  describe: 'Copy the queue into a file, also while a run goes on',
  builder: (yargs) =>
    yargs
      .positional('file', { type: 'string', describe: 'The file to make; one that exists is refused' })
      .option('sandbox', { type: 'boolean', describe: 'The queue of run --sandbox' })
      .example('$0 backup queue-2026-01-05.db', 'Everything that is stored, in one file')
      .epilogue(
        'Copy the queue this way only: without the -wal file beside it a plain copy lacks the newest jobs. To go back, stop every run, move the queue and its -wal and -shm away, and put the backup in its place. What was submitted after the backup is not in it and would be paid for again.',
      ),
  run: async (context) => {
    const { flags, output } = context;
    const file = parsePathFlag('<file>', flags.text('file') ?? '');
    const document = await (await engineHere(context)).backup(file);
    const { bytes } = document.backup;
    output.note(`${file}: ${bytes.toLocaleString('en')} bytes, everything that is stored by now.`);
    await output.document(document);
    return 0;
  },
};
