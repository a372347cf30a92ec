import { formatJobs } from '../../report/format.ts';
import type { Command } from '../command.ts';
import { addSelectOptions, readSelection } from '../options/select-options.ts';
import { STORED_CHANGES } from '../options/selector.ts';
import { addSpendingOptions, readSpendingOptions } from '../options/spending-options.ts';
import { costPhrase } from '../render/cost-phrase.ts';
import { addBatch, engineHere, readBatch } from './batch-command.ts';

/** `nightshift retry`: puts failed jobs back into the queue; submits nothing itself. */
export const retryCommand: Command = {
  name: 'retry [batch]',
  describe: 'Put failed jobs back in the queue for the next run or resume',
  builder: (yargs) =>
    addSelectOptions(addSpendingOptions(addBatch(yargs)), STORED_CHANGES, 'These instead, rejected, canceled and lost ones too')
      .option('dry-run', { type: 'boolean', describe: 'Only say what would be queued, and its price' })
      .example('$0 retry --dry-run', 'What it would cost')
      .example('$0 retry && $0 resume', 'Try again what failed')
      .example('$0 retry --select state:rejected --exclude tag:draft', 'What the API refused, save the drafts')
      .epilogue(
        'Says what the jobs will cost. Rejected jobs, jobs whose paid result was lost, and outcomes that were given up are left out unless they are selected: they may be paid already. Unknown outcomes are never touched.',
      ),
  run: async (context) => {
    const { maxCost, confirm } = readSpendingOptions(context);
    const dryRun = context.flags.on('dry-run');
    const options = { batch: readBatch(context), selection: readSelection(context, STORED_CHANGES), maxCost, confirm, dryRun };
    const { output } = context;
    const document = await (await engineHere(context)).retry(options);
    const { batch, requeued, left, cost } = document.retry;
    const are = dryRun ? 'would be' : requeued === 1 ? 'is' : 'are';
    output.note(
      `${batch}: ${formatJobs(requeued)} ${are} queued again${costPhrase(cost)}${left > 0 ? `; ${formatJobs(left)} left as they are` : ''}.`,
    );
    if (requeued > 0 && !dryRun) output.note(`\`${context.suggest('resume', batch)}\` runs them.`);
    await output.document(document);
    return 0;
  },
};
