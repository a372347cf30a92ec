import type { Argv } from 'yargs';
import type { CommandContext } from '../command.ts';
import { UsageError } from '../usage-error.ts';

/** Adds `--sidecar` and `--notify-command`. */
export function addRecordOptions(yargs: Argv): Argv {
  return yargs
    .option('sidecar', {
      type: 'boolean',
      describe: 'A JSON file beside each output (NAME.png.json): prompt, parameters, model, attempt, cost, ids, sha-256',
    })
    .option('notify-command', {
      type: 'string',
      requiresArg: true,
      describe: 'Run this in a shell when the run has ended; it gets the run document as JSON on its standard input',
    });
}

/** Reads them. */
export function readRecordOptions({ flags }: CommandContext): { readonly sidecars: boolean; readonly notifyCommand: string | null } {
  return { sidecars: flags.on('sidecar'), notifyCommand: flags.parsed('notify-command', parseCommand) };
}

function parseCommand(flag: string, text: string): string {
  if (text.trim() !== '' && !text.includes('\0')) return text;
  throw new UsageError(`${flag} ${JSON.stringify(text)}: a command line is needed`);
}
