import type { Command, CommandContext } from '../command.ts';
import { parseBatchName } from '../options/parse-flags.ts';
import type { SetChange } from '../steer-documents.ts';
import { UsageError } from '../usage-error.ts';
import { engineHere } from './batch-command.ts';

/** `nightshift set`: changes a batch from another terminal, while a run is at work or before the next. */
export const setCommand: Command = {
  name: 'set [key] [value]',
  describe: 'Change slots or the cap of a batch, also while it runs',
  builder: (yargs) =>
    yargs
      .positional('key', {
        type: 'string',
        describe: 'concurrency or another number of jobs at once, or max-cost; also ulazai.concurrency',
      })
      .positional('value', { type: 'string', describe: 'A whole number, or default for what is configured; for max-cost an amount' })
      .option('batch', { type: 'string', requiresArg: true, describe: 'The batch; default: the batch last run' })
      .option('sandbox', { type: 'boolean', describe: 'A batch of run --sandbox' })
      .example('$0 set', 'What is set')
      .example('$0 set concurrency 3', 'At most three jobs at once from now on')
      .example('$0 set ulazai.concurrency default', 'As configured again')
      .example('$0 set max-cost 800', 'The batch never costs more than 800 credits')
      .epilogue(
        'A run at work takes it up within a second; it stays with the batch for later runs, a cap until a --max-cost replaces it; of it and the budget of the manifest the lower counts. Jobs in flight are never canceled. Slots are never set above what is configured. A cap is never set below what is spent, in flight or unknown; it is leave to spend that much at its provider.',
      ),
  run: async (context) => {
    const { flags, output } = context;
    const batch = flags.parsed('batch', (_flag, text) => parseBatchName(text));
    const [key, value] = [flags.text('key'), flags.text('value')];
    if (key === null) return showSettings(context, batch);
    if (value === null) throw new UsageError(`set ${key}: a value is needed; set without a key shows what is set`);
    const document = await (await engineHere(context)).set({ batch, key, value });
    const { running, changes } = document.set;
    for (const change of changes) output.note(`${document.set.batch}: ${inWords(change)}.`);
    // What counts is said already where nothing that was set does.
    if (changes.some(({ budget }) => budget === undefined))
      output.note(running ? 'The run takes it up within a second.' : 'No run is at work on it: the next one keeps to it.');
    await output.document(document);
    return 0;
  },
};

async function showSettings(context: CommandContext, name: string | null): Promise<number> {
  const { document, running, settings } = await (await engineHere(context)).status(name);
  const lines = settings.length > 0 ? settings : ['nothing is set: no cap, and slots as configured'];
  for (const line of lines) await context.output.text(line);
  await context.output.document({ schema_version: 1, set: { batch: document.batch, running: running !== null, changes: [] } });
  return 0;
}

function inWords({ provider, key, before, value, budget }: SetChange): string {
  if (budget !== undefined)
    return `${provider}.${key} is ${value}, but the budget of the manifest is ${budget}, which is lower and counts: raise it there and run the manifest again, or give the next command --max-cost`;
  const was = before === null ? '' : `, after ${before}`;
  return `${provider}.${key} is ${value ?? 'as configured'}${was}`;
}
