import type { Command } from '../command.ts';
import { addSelectOptions, readSelection } from '../options/select-options.ts';
import { STORED_CHANGES } from '../options/selector.ts';
import { costPhrase } from '../render/cost-phrase.ts';
import { addBatch, engineHere, readBatch } from './batch-command.ts';

/** `nightshift cancel`: takes queued jobs out of the queue. */
export const cancelCommand: Command = {
  name: 'cancel [batch]',
  describe: 'Take queued jobs out of the queue, also while a run goes on',
  builder: (yargs) =>
    addSelectOptions(addBatch(yargs), STORED_CHANGES)
      .option('dry-run', { type: 'boolean', describe: 'Only say what would be canceled' })
      .example('$0 cancel --select "tag:film"', 'Make the pictures only')
      .example('$0 cancel --exclude "tag:hero"', 'Everything that is queued, save the heroes')
      .example('$0 retry --select state:canceled', 'Have them back')
      .epilogue(
        'What is submitted already is paid for, and is collected all the same. A finished job of which only another attempt was asked for, or that was edited, is done again, as before.',
      ),
  run: async (context) => {
    const { flags, output } = context;
    const dryRun = flags.on('dry-run');
    const selection = readSelection(context, STORED_CHANGES);
    const document = await (await engineHere(context)).cancel({ batch: readBatch(context), selection, dryRun });
    const { batch, canceled, restored, in_flight, cost } = document.cancel;
    const parts = [
      `${canceled.toLocaleString('en')} queued ${canceled === 1 ? 'job' : 'jobs'} ${dryRun ? 'would be ' : ''}canceled`,
      ...(restored > 0
        ? [`${restored.toLocaleString('en')} further ${restored === 1 ? 'attempt' : 'attempts'} of finished jobs taken back`]
        : []),
    ];
    output.note(`${batch}: ${parts.join(', ')}${costPhrase(cost).replace(', for ', '; not spent: ')}.`);
    if (in_flight > 0)
      output.note(
        `${in_flight.toLocaleString('en')} submitted already: collected by the run, or by the next \`${context.suggest('resume', batch)}\`.`,
      );
    if (canceled > 0 && !dryRun) output.note(`\`${context.suggest('retry', batch, '--select state:canceled')}\` brings them back.`);
    await output.document(document);
    return 0;
  },
};
