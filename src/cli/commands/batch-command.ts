import type { Argv } from 'yargs';
import type { CommandContext } from '../command.ts';
import type { Nightshift } from '../nightshift.ts';
import { parseBatchName } from '../options/parse-flags.ts';

/** Adds `[batch]`. */
export function addBatch(yargs: Argv, fallback = 'the batch last run'): Argv {
  return yargs
    .positional('batch', { type: 'string', describe: `The batch; default: ${fallback}` })
    .option('sandbox', { type: 'boolean', describe: 'A batch of run --sandbox' });
}

/** The batch that was named; null for the default. */
export function readBatch({ flags }: CommandContext): string | null {
  const name = flags.text('batch');
  return name === null ? null : parseBatchName(name);
}

/** The engine for a command without a manifest: the configuration is looked for from the current folder upward. */
export function engineHere(context: CommandContext, sandbox: 'live' | 'look' | 'stored' = 'stored'): Promise<Nightshift> {
  return context.nightshift({ startDir: context.cwd, out: null, sandbox: context.flags.on('sandbox') ? sandbox : 'off' });
}
