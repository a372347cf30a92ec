import type { Command } from '../command.ts';
import { addBatch, engineHere, readBatch } from './batch-command.ts';
import { tell } from './pause.ts';

/** `nightshift unpause`: a run at work goes on within a second. */
export const unpauseCommand: Command = {
  name: 'unpause [batch]',
  describe: 'Go on with a paused batch',
  builder: (yargs) => addBatch(yargs).example('$0 unpause', 'The run at work goes on within a second'),
  run: async (context) => {
    const state = await (await engineHere(context)).unpause(readBatch(context));
    const was = state.unchanged ? 'was not paused' : 'is paused no more';
    const next = state.running ? 'the run goes on' : `\`${context.suggest('resume', state.batch)}\` runs what is queued`;
    context.output.note(`${state.batch} ${was}: ${next}.`);
    return tell(context, 'unpause', state);
  },
};
