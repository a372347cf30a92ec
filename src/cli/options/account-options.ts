import type { Argv } from 'yargs';
import type { AskOptions } from '../account.ts';
import type { CommandContext } from '../command.ts';
import { parseCountFlag } from './parse-flags.ts';

const DEFAULT_LIMIT = 20;

/** Adds `--provider`. */
export function addProvider(yargs: Argv): Argv {
  return yargs.option('provider', { type: 'string', requiresArg: true, describe: 'One account only, by its name in the configuration' });
}

/** Adds `--provider` and `--limit`. */
export function addAskOptions(yargs: Argv): Argv {
  return addProvider(yargs).option('limit', {
    type: 'string',
    requiresArg: true,
    describe: `The newest so many; default ${DEFAULT_LIMIT}`,
  });
}

/** Reads them. */
export function readAskOptions({ flags }: CommandContext): AskOptions {
  const limit = flags.parsed('limit', (flag, text) => parseCountFlag(flag, text, { min: 1, max: 100_000 }));
  return { provider: flags.text('provider'), limit: limit ?? DEFAULT_LIMIT };
}
