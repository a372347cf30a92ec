import type { Command } from '../command.ts';
import { parseBatchName, parsePathFlag } from '../options/parse-flags.ts';
import { addSelectOptions, readSelection } from '../options/select-options.ts';
import { STORED_CHANGES } from '../options/selector.ts';
import { addSpendingOptions, readSpendingOptions } from '../options/spending-options.ts';
import { costPhrase } from '../render/cost-phrase.ts';
import { UsageError } from '../usage-error.ts';
import { engineHere } from './batch-command.ts';

/** So many are named one by one; `--json` names all. */
const NAMED = 10;

/** `nightshift regenerate`: queues another paid attempt of finished jobs; submits nothing itself. */
export const regenerateCommand: Command = {
  name: 'regenerate [job..]',
  describe: 'Queue another paid attempt of finished jobs; the old files are kept',
  builder: (yargs) =>
    addSelectOptions(addSpendingOptions(yargs), STORED_CHANGES, 'The finished jobs that match, or of --from those')
      .positional('job', { type: 'string', array: true, describe: 'Ids of finished jobs' })
      .option('batch', { type: 'string', requiresArg: true, describe: 'Their batch; default: the batch last run' })
      .option('from', {
        type: 'string',
        requiresArg: true,
        describe: 'Those that a decisions file rejects: CSV with id and decision (pick, reject); attempt, note and prompt are read too',
      })
      .option('dry-run', { type: 'boolean', describe: 'Only say what would be queued, and its price' })
      .option('sandbox', { type: 'boolean', describe: 'Jobs of run --sandbox' })
      .example('$0 regenerate mug-01-white-studio && $0 resume', 'Make one again')
      .example('$0 regenerate --from decisions.csv --dry-run', 'What a review rejects, and what it costs to make it again')
      .example('$0 regenerate --select "tag:hero" --max-cost 500', 'Never let the batch cost more than 500 in all')
      .epilogue(
        'Each is paid for again when the next run or resume submits it, as attempt n+1 under the plain name; the earlier file is kept as NAME.a1.EXT, .a2 and so on. ' +
          "A decision is carried out once: one about an earlier attempt than the latest is skipped. A prompt in the decisions takes the place of the manifest's for this job, until the manifest changes it. `nightshift cancel` takes it back until it is submitted.",
      ),
  run: async (context) => {
    const { flags, output } = context;
    const jobs = flags.list('job');
    const selection = readSelection(context, STORED_CHANGES);
    const from = flags.parsed('from', parsePathFlag);
    if (jobs.length === 0 && !selection?.chooses && from === null)
      throw new UsageError('Name the jobs to make again, or give --select or --from');
    if (jobs.length > 0 && (selection !== null || from !== null))
      throw new UsageError('Name jobs, or give --select (and --exclude) or --from: not both');
    const { maxCost, confirm } = readSpendingOptions(context);
    const dryRun = flags.on('dry-run');
    const batchName = flags.text('batch');
    const batch = batchName === null ? null : parseBatchName(batchName);
    const document = await (await engineHere(context)).regenerate({ batch, jobs, selection, from, maxCost, confirm, dryRun });
    const { requeued, skipped, cost } = document.regenerate;
    const count = requeued.length === 1 ? '1 job' : `${requeued.length.toLocaleString('en')} jobs`;
    output.note(
      `${document.regenerate.batch}: ${count} ${dryRun ? 'would be' : requeued.length === 1 ? 'is' : 'are'} queued again${costPhrase(cost)}.`,
    );
    for (const job of requeued.slice(0, NAMED)) {
      const prompt = job.prompt === null ? '' : `, prompt: ${job.prompt}`;
      output.note(`  ${job.id}: attempt ${job.next_attempt}${job.note === null ? '' : `, ${job.note}`}${prompt}`);
    }
    for (const { id, why } of skipped.slice(0, NAMED)) output.note(`  skipped ${id}: ${why}`);
    const more = Math.max(0, requeued.length - NAMED) + Math.max(0, skipped.length - NAMED);
    if (more > 0) output.note(`  and ${more.toLocaleString('en')} more; --json names all`);
    if (requeued.length > 0 && !dryRun)
      output.note(
        `\`${context.suggest('resume', document.regenerate.batch)}\` makes them; \`${context.suggest('cancel', document.regenerate.batch)}\` takes them back until then.`,
      );
    await output.document(document);
    return 0;
  },
};
