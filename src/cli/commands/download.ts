import type { Command } from '../command.ts';
import { exitCodeFor } from '../exit-codes.ts';
import { addSelectOptions, readSelection } from '../options/select-options.ts';
import { STORED_CHANGES } from '../options/selector.ts';
import { addBatch, engineHere, readBatch } from './batch-command.ts';
import { interruptibly } from './show-result.ts';

const NAMED = 10;

/** `nightshift download`: fetches what is ready or missing on disk; never submits. */
export const downloadCommand: Command = {
  name: 'download [batch]',
  describe: 'Fetch files that are paid for and not on disk; never submits',
  builder: (yargs) =>
    addSelectOptions(addBatch(yargs), STORED_CHANGES, 'Only of these jobs')
      .option('dry-run', { type: 'boolean', describe: 'Only say what would be fetched' })
      .example('$0 download', 'Have back what was deleted from the output folder')
      .epilogue(
        'Files of finished jobs that are no longer on disk, and of jobs that a run left before it had saved them. Costs nothing. Exit codes: 0 all there, 4 some can no longer be had, 5 some could not be had now.',
      ),
  run: async (context) => {
    const { flags, output } = context;
    const dryRun = flags.on('dry-run');
    const selection = readSelection(context, STORED_CHANGES);
    const batch = readBatch(context);
    const nightshift = await engineHere(context);
    const { document, reasons } = await interruptibly(context, (signal) => nightshift.download({ batch, selection, dryRun, signal }));
    const { wanted, saved, left, lost } = document.download;
    const files = wanted.reduce((sum, job) => sum + job.files, 0);
    if (wanted.length === 0)
      output.note(`${document.download.batch}: nothing to fetch${selection === null ? ', every file is there' : ''}.`);
    else if (dryRun) {
      output.note(`${document.download.batch}: ${count(files, 'file')} of ${count(wanted.length, 'job')} would be fetched.`);
      for (const job of wanted.slice(0, NAMED)) output.note(`  ${job.id}: ${count(job.files, 'file')}, ${job.why}`);
      if (wanted.length > NAMED) output.note(`  and ${wanted.length - NAMED} more; --json names all`);
    } else output.note(`${document.download.batch}: ${saved} of ${count(files, 'file')} fetched.`);
    if (left.length > 0) output.note(`${count(left.length, 'job')} could not be had now; the next download, run or resume tries again.`);
    if (lost.length > 0) output.note(`${count(lost.length, 'job')} can no longer be had from the provider: paid, not saved.`);
    await output.document(document);
    return exitCodeFor(reasons);
  },
};

function count(number: number, thing: string): string {
  return `${number.toLocaleString('en')} ${thing}${number === 1 ? '' : 's'}`;
}
