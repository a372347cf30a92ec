import type { Command } from '../command.ts';
import { addBatch } from './batch-command.ts';
import { addPageOptions, servePage } from './serve-page.ts';

/** `nightshift watch`: a running batch in the browser. */
export const watchCommand: Command = {
  name: 'watch [batch]',
  describe: 'A running batch in the browser: progress, money, limits, events',
  builder: (yargs) => addPageOptions(addBatch(yargs)).example('$0 watch', 'The batch last run, from another terminal'),
  run: (context) => servePage(context, 'live'),
};
