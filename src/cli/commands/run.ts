import type { Command, CommandContext } from '../command.ts';
import { RUN_EXIT_CODES } from '../options/exit-code-help.ts';
import { parsePathFlag } from '../options/parse-flags.ts';
import { addRecordOptions, readRecordOptions } from '../options/record-options.ts';
import { addSpendingOptions, readSpendingOptions } from '../options/spending-options.ts';
import { addStopOptions, readStopOptions } from '../options/stop-options.ts';
import { pilotDecision } from '../pilot-decision.ts';
import { addManifestOptions, manifestFolder, readManifestOptions } from './manifest-command.ts';
import { interruptibly, showPlan, showRun } from './show-result.ts';

/** `nightshift run`: plans, checks the balance, stores, works the queue off, and reports. */
export const runCommand: Command = {
  name: 'run <manifest>',
  describe: 'Make everything that the manifest asks for and is not made yet',
  builder: (yargs) =>
    addRecordOptions(addStopOptions(addSpendingOptions(addManifestOptions(yargs))))
      .option('dry-run', { type: 'boolean', describe: 'Only plan: read, price and time the batch, change nothing (the same as plan)' })
      .option('partial', {
        type: 'boolean',
        describe: 'When not everything fits the balance or the cap, run the highest priorities that fit',
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        describe: 'Output folder; default: out/<batch> beside the configuration (NIGHTSHIFT_OUT)',
      })
      .example('$0 run catalog.yaml --sandbox', 'Try a manifest without a key and without money')
      .example('$0 run catalog.yaml --dry-run', 'What it would cost and how long it would take')
      .example('$0 run catalog.yaml --max-cost 2000', 'Run it, and never let the batch cost more than 2000 credits')
      .example('$0 run catalog.yaml --max-cost 2000 --partial', 'Run what fits into 2000 credits')
      .example('$0 run catalog.yaml --max-cost 2000 --pilot 5', 'Make 5 first, see what they cost, then be asked for the rest')
      .example('$0 run catalog.yaml --select "tag:hero change:new"', 'Only these; the rest stays as it is')
      .epilogue(
        'Run it again and it goes on where it was: finished jobs are not paid for again. Spending needs --yes, --max-cost, a budget in the manifest, or a yes at the prompt.\n' +
          RUN_EXIT_CODES,
      ),
  run: async (context: CommandContext): Promise<number> => {
    const { flags } = context;
    const plan = readManifestOptions(context);
    const { maxCost, confirm } = readSpendingOptions(context);
    const out = flags.parsed('out', parsePathFlag);
    const dryRun = flags.on('dry-run');
    const goOn = pilotDecision(flags.on('yes'), context.terminal, context.output);
    const options = {
      ...plan,
      maxCost,
      confirm,
      goOn,
      partial: flags.on('partial'),
      rules: readStopOptions(context),
      ...readRecordOptions(context),
    };
    const nightshift = await context.nightshift({
      startDir: manifestFolder(context, plan.manifest),
      out,
      sandbox: plan.sandbox ? (dryRun ? 'look' : 'live') : 'off',
    });
    if (dryRun) return showPlan(context, await nightshift.plan({ ...plan, changes: context.output.mode === 'json' }));
    return showRun(context, await interruptibly(context, (signal) => nightshift.run({ ...options, signal })));
  },
};
