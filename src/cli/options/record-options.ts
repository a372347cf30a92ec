import type { Argv } from 'yargs';
import type { CommandContext } from '../command.ts';

/** Adds `--sidecar`. */
export function addRecordOptions(yargs: Argv): Argv {
  return yargs.option('sidecar', {
    type: 'boolean',
    describe: 'A JSON file beside each output (NAME.png.json): prompt, parameters, model, attempt, cost, ids, sha-256',
  });
}

/** Reads it. */
export function readRecordOptions({ flags }: CommandContext): { readonly sidecars: boolean } {
  return { sidecars: flags.on('sidecar') };
}
