import type { Command, CommandContext } from '../command.ts';
import type { PauseState } from '../steer-documents.ts';
import { addBatch, engineHere, readBatch } from './batch-command.ts';

/** `nightshift pause`: from another terminal, while a run is at work or before the next. */
export const pauseCommand: Command = {
  name: 'pause [batch]',
  describe: 'Submit nothing more until unpause; a run at work waits',
  builder: (yargs) =>
    addBatch(yargs)
      .example('$0 pause', 'From another terminal, while the batch runs')
      .epilogue(
        'When it returns nothing more is submitted. What is in flight is followed and downloaded, and the run lives on and waits for `nightshift unpause`. A batch stays paused when its run ends: the next run collects what is in flight, says so and waits too.',
      ),
  run: async (context) => {
    const state = await (await engineHere(context)).pause(readBatch(context));
    const since = state.unchanged ? 'was paused already' : 'is paused: nothing more is submitted';
    const flight = state.running && state.in_flight > 0 ? `; ${state.in_flight} in flight are collected` : '';
    const waits = state.running ? 'the run waits' : 'no run is at work on it, and the next one will wait';
    context.output.note(`${state.batch} ${since}${flight}; ${waits}. \`${context.suggest('unpause', state.batch)}\` goes on.`);
    return tell(context, 'pause', state);
  },
};

/** The document of `pause` and `unpause`. */
export async function tell({ output }: CommandContext, command: 'pause' | 'unpause', state: PauseState): Promise<number> {
  await output.document({ schema_version: 1, [command]: state });
  return 0;
}
