import type { Command } from '../command.ts';
import { parseSelector } from '../options/selector.ts';
import { addSpendingOptions, readSpendingOptions } from '../options/spending-options.ts';
import { costPhrase } from '../render/cost-phrase.ts';
import { addBatch, engineHere, readBatch } from './batch-command.ts';

/** `nightshift retry`: puts failed jobs back into the queue; submits nothing itself. */
export const retryCommand: Command = {
  name: 'retry [batch]',
  describe: 'Put failed jobs back in the queue for the next run or resume',
  builder: (yargs) =>
    addSpendingOptions(addBatch(yargs))
      .option('select', {
        type: 'string',
        requiresArg: true,
        describe: 'These instead, rejected, canceled and lost ones too: id:GLOB tag:GLOB model:GLOB state:rejected var.color=red',
      })
      .option('dry-run', { type: 'boolean', describe: 'Only say what would be queued, and its price' })
      .example('$0 retry --dry-run', 'What it would cost')
      .example('$0 retry && $0 resume', 'Try again what failed')
      .epilogue(
        'Says what the jobs will cost. Rejected jobs, jobs whose paid result was lost, and outcomes that were given up are left out unless they are selected: they may be paid already. Unknown outcomes are never touched.',
      ),
  run: async (context) => {
    const { maxCost, confirm } = readSpendingOptions(context, false);
    const dryRun = context.flags.on('dry-run');
    const options = { batch: readBatch(context), select: context.flags.parsed('select', parseSelector), maxCost, confirm, dryRun };
    const { output } = context;
    const document = await (await engineHere(context)).retry(options);
    const { batch, requeued, left, cost } = document.retry;
    const are = dryRun ? 'would be' : 'are';
    output.note(`${batch}: ${requeued} of ${requeued + left} failed jobs ${are} queued again${costPhrase(cost)}.`);
    if (requeued > 0 && !dryRun) output.note(`\`${context.suggest('resume', batch)}\` runs them.`);
    await output.document(document);
    return 0;
  },
};
