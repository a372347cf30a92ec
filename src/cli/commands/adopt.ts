import type { Command } from '../command.ts';
import { parseBatchName, parsePathFlag } from '../options/parse-flags.ts';
import { addSelectOptions, readSelection } from '../options/select-options.ts';
import { JOB_CHANGES } from '../options/selector.ts';
import { UsageError } from '../usage-error.ts';
import { MAX_ROWS, manifestFolder } from './manifest-command.ts';

/** So many are named one by one; `--json` names all. */
const NAMED = 10;

/** `nightshift adopt`: edited jobs are taken as already made. */
export const adoptCommand: Command = {
  name: 'adopt [job..]',
  describe: 'Accept edited jobs as already made: the files that are there count for them, and nothing is paid',
  builder: (yargs) =>
    addSelectOptions(yargs, JOB_CHANGES)
      .positional('job', { type: 'string', array: true, describe: 'Ids of edited jobs' })
      .option('batch', { type: 'string', requiresArg: true, describe: 'Their batch; default: the batch last run' })
      .option('manifest', { type: 'string', requiresArg: true, describe: 'The edited manifest; default: the one that was run last' })
      .option('dry-run', { type: 'boolean', describe: 'Only say what would be accepted' })
      .option('sandbox', { type: 'boolean', describe: 'Jobs of run --sandbox' })
      .example('$0 adopt mug-01 mug-02', 'The new wording of two prompts needs no new pictures')
      .example('$0 adopt --select change:changed --dry-run', 'Which edits could be accepted as they are')
      .epilogue(
        'A named job that has no finished output is refused, and nothing is adopted then; of a selection such jobs are skipped. Nothing is sent.',
      ),
  run: async (context) => {
    const { flags, output } = context;
    const jobs = flags.list('job');
    const selection = readSelection(context, JOB_CHANGES);
    if (jobs.length > 0 === (selection !== null)) throw new UsageError('Name jobs, or give --select: one of the two');
    const name = flags.text('batch');
    const manifest = flags.parsed('manifest', parsePathFlag);
    const nightshift = await context.nightshift({
      startDir: manifest === null ? context.cwd : manifestFolder(context, manifest),
      out: null,
      sandbox: flags.on('sandbox') ? 'stored' : 'off',
    });
    const batch = name === null ? null : parseBatchName(name);
    const dryRun = flags.on('dry-run');
    const document = await nightshift.adopt({ batch, manifest, jobs, selection, maxRows: MAX_ROWS.default, dryRun });
    const { adopted, skipped } = document.adopt;
    const count = adopted.length === 1 ? '1 job' : `${adopted.length.toLocaleString('en')} jobs`;
    output.note(
      `${document.adopt.batch}: ${count} ${dryRun ? 'would be' : adopted.length === 1 ? 'is' : 'are'} accepted as made; nothing is paid.`,
    );
    for (const { id, reason, files } of adopted.slice(0, NAMED)) output.note(`  ${id}: ${reason}: ${files.join(', ')}`);
    for (const { id, why } of skipped.slice(0, NAMED)) output.note(`  skipped ${id}: ${why}`);
    const more = Math.max(0, adopted.length - NAMED) + Math.max(0, skipped.length - NAMED);
    if (more > 0) output.note(`  and ${more.toLocaleString('en')} more; --json names all`);
    await output.document(document);
    return 0;
  },
};
