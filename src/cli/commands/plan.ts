import type { Command } from '../command.ts';
import { parsePathFlag } from '../options/parse-flags.ts';
import { addManifestOptions, manifestFolder, readManifestOptions } from './manifest-command.ts';
import { showPlan } from './show-result.ts';

/** `nightshift plan`, also `estimate`: the dry run. */
export const planCommand: Command = {
  name: 'plan <manifest>',
  describe: 'What a run would do, cost and take; changes nothing and needs no key',
  builder: (yargs) =>
    addManifestOptions(yargs)
      .option('max-cost', { type: 'string', requiresArg: true, describe: 'Plan against this cap: N, or ulazai=40,mayanio=10' })
      .option('out', { type: 'string', requiresArg: true, describe: 'Output folder to look for missing files in' })
      .example('$0 plan catalog.yaml', 'Price by model, balance, time, and the limit that decides it')
      .example('$0 estimate catalog.yaml --json', 'The same for a script')
      .epilogue(
        'Ends with 0 also where the credits fall short (run refuses then), and with 2 when the manifest has problems: all are listed.',
      ),
  run: async (context) => {
    const options = readManifestOptions(context);
    const out = context.flags.parsed('out', parsePathFlag);
    const nightshift = await context.nightshift({
      startDir: manifestFolder(context, options.manifest),
      out,
      sandbox: options.sandbox ? 'look' : 'off',
    });
    return showPlan(context, await nightshift.plan({ ...options, changes: context.output.mode === 'json' }));
  },
};
