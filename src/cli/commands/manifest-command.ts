import { dirname, resolve } from 'node:path';
import type { Argv } from 'yargs';
import type { CommandContext } from '../command.ts';
import type { PlanOptions } from '../nightshift.ts';
import { parseCountFlag, parsePathFlag } from '../options/parse-flags.ts';
import { parseMoneyFlag } from '../options/parse-money-flag.ts';
import { addScopeOptions, readScope } from '../options/scope-options.ts';

/** Most jobs of a manifest. */
export const MAX_ROWS = { default: 1_000_000, min: 1, max: 1_000_000_000 } as const;

/** Adds the manifest and the flags of everything that reads one. */
export function addManifestOptions(yargs: Argv): Argv {
  return addScopeOptions(yargs)
    .positional('manifest', { type: 'string', demandOption: true, describe: 'The manifest: YAML, CSV, TSV or JSONL' })
    .option('sandbox', { type: 'boolean', describe: 'Against a stand-in for both APIs, started for this command: no key, no money' })
    .option('max-rows', {
      type: 'string',
      requiresArg: true,
      describe: `Refuse a manifest of more jobs than this; default ${MAX_ROWS.default}`,
    });
}

/** Reads them. */
export function readManifestOptions(context: CommandContext): PlanOptions {
  const { flags } = context;
  return {
    manifest: parsePathFlag('the manifest', flags.text('manifest') ?? ''),
    maxCost: flags.parsed('max-cost', parseMoneyFlag),
    maxRows: flags.parsed('max-rows', (flag, text) => parseCountFlag(flag, text, MAX_ROWS)) ?? MAX_ROWS.default,
    sandbox: flags.on('sandbox'),
    scope: readScope(context),
  };
}

/** The folder where the search for the configuration begins. */
export function manifestFolder(context: CommandContext, manifest: string): string {
  return dirname(resolve(context.cwd, manifest));
}
