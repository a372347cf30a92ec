import type { Command } from '../command.ts';
import { exitCodeFor } from '../exit-codes.ts';
import { addSpendingOptions, readSpendingOptions } from '../options/spending-options.ts';
import { UsageError } from '../usage-error.ts';
import { addBatch, engineHere, readBatch } from './batch-command.ts';
import { interruptibly } from './show-result.ts';

/** `nightshift reconcile`: settles unknown jobs from the provider's history; submits nothing itself. */
export const reconcileCommand: Command = {
  name: 'reconcile [batch]',
  describe: "Settle jobs of unknown outcome from the provider's history, or by your word",
  builder: (yargs) =>
    addSpendingOptions(addBatch(yargs))
      .option('resubmit', { type: 'boolean', describe: 'Queue again what no history can settle: it may be paid a second time' })
      .option('abandon', {
        type: 'boolean',
        describe: 'Give up what no history can settle, and book what it may have cost; asks, or needs --yes',
      })
      .example('$0 reconcile', 'Look into the histories; what is found is collected by the next resume')
      .example('$0 reconcile --abandon', 'Give up what they cannot settle')
      .epilogue('Exit codes: 0 nothing is unknown any more, 7 some outcomes are still unknown.'),
  run: async (context) => {
    const { flags, output } = context;
    const resubmit = flags.on('resubmit');
    const abandon = flags.on('abandon');
    if (resubmit && abandon) throw new UsageError('--resubmit and --abandon exclude each other');
    const { maxCost, confirm } = readSpendingOptions(context);
    const decide = resubmit ? 'resubmit' : abandon ? 'abandon' : null;
    const nightshift = await engineHere(context);
    const document = await interruptibly(context, (signal) =>
      nightshift.reconcile({ batch: readBatch(context), decide, maxCost, confirm, signal }),
    );
    const { batch, found, absent, resubmitted, abandoned, unknown } = document.reconcile;
    const counts = [
      `${found.length} found`,
      `${absent.length} never arrived and are queued again`,
      ...(resubmitted.length > 0 ? [`${resubmitted.length} queued again on your word`] : []),
      ...(abandoned.length > 0 ? [`${abandoned.length} given up`] : []),
      `${unknown.length} still unknown`,
    ];
    output.note(`${batch}: ${counts.join(', ')}.`);
    for (const job of unknown) {
      const cost = job.possible_cost === null ? 'its price is not known' : `it may have cost ${job.possible_cost}`;
      output.note(`  ${job.id} (${job.model}, sent ${job.sent_at}): ${job.why}; ${cost}`);
    }
    if (unknown.length > 0)
      output.note(
        `\`${context.suggest('reconcile', batch, '--resubmit')}\` sends them again, \`${context.suggest('reconcile', batch, '--abandon')}\` gives them up.`,
      );
    if (found.length + absent.length + resubmitted.length > 0)
      output.note(`\`${context.suggest('resume', batch)}\` goes on with the others.`);
    await output.document(document);
    return exitCodeFor(unknown.length > 0 ? ['unknown'] : []);
  },
};
