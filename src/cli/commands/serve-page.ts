import type { Argv } from 'yargs';
import type { CommandContext } from '../command.ts';
import { parseCountFlag } from '../options/parse-flags.ts';
import { untilStopped } from '../until-stopped.ts';
import { engineHere, readBatch } from './batch-command.ts';

/** Adds `--port` and `--no-open`. */
export function addPageOptions(yargs: Argv): Argv {
  return yargs
    .option('port', { type: 'string', requiresArg: true, describe: 'Port on 127.0.0.1; default any that is free' })
    .option('no-open', { type: 'boolean', describe: 'Only print the address; do not open a browser' });
}

/** Serves the page until Ctrl-C. What it shows is stored at once, so that stopping loses nothing. */
export async function servePage(context: CommandContext, view: 'sheet' | 'live'): Promise<number> {
  const { flags, output } = context;
  const port = flags.parsed('port', (flag, text) => parseCountFlag(flag, text, { min: 0, max: 65_535 })) ?? 0;
  const nightshift = await engineHere(context);
  const ended = untilStopped(context.signals);
  const server = await nightshift.review({ batch: readBatch(context), port, view });
  try {
    await output.text(server.url);
    if (output.mode === 'json') await output.document({ schema_version: 1, review: { url: server.url } });
    await output.event('ready', { url: server.url });
    output.note(
      'This address works once, in one browser of this machine. Decisions are stored at once. Ctrl-C stops the page, not the batch.',
    );
    if (!flags.on('no-open') && context.terminal.output.isTTY === true) await openBrowser(context, server.url);
    await ended;
  } finally {
    await server.close();
  }
  return 0;
}

async function openBrowser({ output }: CommandContext, url: string): Promise<void> {
  try {
    const { default: open } = await import('open');
    const started = await open(url);
    // On a machine without a browser it fails later than `open` returns.
    started.on('error', () => output.note('No browser could be started: open the address above yourself.'));
  } catch {
    output.note('No browser could be started: open the address above yourself.');
  }
}
