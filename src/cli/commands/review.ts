import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Command, CommandContext } from '../command.ts';
import { parsePathFlag } from '../options/parse-flags.ts';
import { UsageError } from '../usage-error.ts';
import { addBatch, engineHere, readBatch } from './batch-command.ts';
import { addPageOptions, servePage } from './serve-page.ts';

/** `nightshift review`: the contact sheet in the browser, or as files. */
export const reviewCommand: Command = {
  name: 'review [batch]',
  describe: 'The contact sheet in the browser: pick, reject, note',
  builder: (yargs) =>
    addPageOptions(addBatch(yargs))
      .option('export', { type: 'string', requiresArg: true, describe: 'Write the decisions to this CSV file instead' })
      .option('static', {
        type: 'string',
        requiresArg: true,
        describe: 'Write the sheet into this new folder instead; it needs no program',
      })
      .example('$0 review', 'The batch last run')
      .example('$0 review --export decisions.csv && $0 regenerate --from decisions.csv', 'Make the rejected ones again'),
  run: async (context) => {
    const file = context.flags.parsed('export', parsePathFlag);
    const folder = context.flags.parsed('static', parsePathFlag);
    if (file !== null && folder !== null) throw new UsageError('--export and --static exclude each other');
    if (file !== null) return exportCsv(context, file);
    if (folder !== null) return exportStatic(context, folder);
    return servePage(context, 'sheet');
  },
};

async function exportCsv(context: CommandContext, file: string): Promise<number> {
  const nightshift = await engineHere(context);
  const { batch, csv } = await nightshift.exportDecisions(readBatch(context));
  const path = resolve(context.cwd, file);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, context.output.redact(csv), { mode: 0o600 });
  context.output.note(`The decisions on ${batch} are in ${file}.`);
  await context.output.document({ schema_version: 1, review: { batch, file: path } });
  return 0;
}

async function exportStatic(context: CommandContext, folder: string): Promise<number> {
  const nightshift = await engineHere(context);
  const { missing, ...written } = await nightshift.exportSheet(readBatch(context), folder);
  const { output } = context;
  if (missing.length > 0) {
    const named = missing.slice(0, 5).join(', ');
    output.warn(`${missing.length} files are no longer on disk and not in the sheet: ${named}${missing.length > 5 ? ' …' : ''}`);
  }
  output.note(`${written.outputs} outputs of ${written.batch} are in ${folder}: open index.html there.`);
  await output.document({ schema_version: 1, review: { ...written, missing } });
  return 0;
}
