import type { Command } from '../command.ts';
import { RUN_EXIT_CODES } from '../options/exit-code-help.ts';
import { addRecordOptions, readRecordOptions } from '../options/record-options.ts';
import { addSelectOptions, readSelection } from '../options/select-options.ts';
import { STORED_CHANGES } from '../options/selector.ts';
import { addSpendingOptions, readSpendingOptions } from '../options/spending-options.ts';
import { addStopOptions, readStopOptions } from '../options/stop-options.ts';
import { addBatch, engineHere, readBatch } from './batch-command.ts';
import { interruptibly, showPlan, showRun } from './show-result.ts';

/** `nightshift resume`: goes on with a stored batch without its manifest. */
export const resumeCommand: Command = {
  name: 'resume [batch]',
  describe: 'Go on with a stored batch, without its manifest',
  builder: (yargs) =>
    addRecordOptions(addStopOptions(addSpendingOptions(addSelectOptions(addBatch(yargs, 'the latest unfinished one'), STORED_CHANGES))))
      .option('dry-run', {
        type: 'boolean',
        describe: 'Only say what would be submitted, its price and how long it takes; changes nothing',
      })
      .option('partial', {
        type: 'boolean',
        describe: 'When not everything fits the balance or the cap, run the highest priorities that fit',
      })
      .example('$0 resume', 'Finish what was interrupted')
      .example('$0 resume --dry-run', 'What that submits and costs')
      .example('$0 resume spring-catalog --max-cost 500', 'Finish this batch; it may cost 500 in all')
      .epilogue(`What is generated is downloaded and what is in flight is collected before anything new is submitted.\n${RUN_EXIT_CODES}`),
  run: async (context) => {
    const { maxCost, confirm } = readSpendingOptions(context);
    const options = {
      batch: readBatch(context),
      selection: readSelection(context, STORED_CHANGES),
      maxCost,
      confirm,
      partial: context.flags.on('partial'),
      rules: readStopOptions(context),
      ...readRecordOptions(context),
    };
    const dryRun = context.flags.on('dry-run');
    const nightshift = await engineHere(context, dryRun ? 'look' : 'live');
    if (dryRun) return showPlan(context, await nightshift.planResume(options));
    return showRun(context, await interruptibly(context, (signal) => nightshift.resume({ ...options, signal })));
  },
};
