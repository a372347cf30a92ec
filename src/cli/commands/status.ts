import { setTimeout as sleep } from 'node:timers/promises';
import type { RunDocument } from '../../report/run-document.ts';
import type { Command, CommandContext } from '../command.ts';
import type { Nightshift } from '../nightshift.ts';
import { renderStatus } from '../render/status-table.ts';
import { UsageError } from '../usage-error.ts';
import { addBatch, engineHere, readBatch } from './batch-command.ts';

const WATCH_EVERY_MS = 2_000;
/** Nothing changes by itself any more when so many looks in a row found nobody at work. */
const LOOKS_ALONE = 2;

/** `nightshift status`: counts and money of a batch, also while another process runs it. */
export const statusCommand: Command = {
  name: 'status [batch]',
  describe: 'Counts, money and state of a batch',
  builder: (yargs) =>
    addBatch(yargs)
      .option('watch', {
        type: 'boolean',
        describe: 'Follow it until nothing is left to do, or nobody works it any more; Ctrl-C stops watching, not the batch',
      })
      .example('$0 status', 'The batch last run')
      .example('$0 status --json', 'The same for a script'),
  run: async (context) => {
    const batch = readBatch(context);
    const watch = context.flags.on('watch');
    if (watch && context.common.mode === 'json')
      throw new UsageError('--json is one document: use --watch with --events, or without either');
    const nightshift = await engineHere(context);
    const status = watch ? await follow(context, nightshift, batch) : await nightshift.status(batch);
    const { width, suggest } = context;
    await context.output.text(renderStatus(status, { width, colors: context.output.dataColors, suggest }));
    await context.output.document(status.document);
    return 0;
  },
};

async function follow(context: CommandContext, nightshift: Nightshift, batch: string | null): ReturnType<Nightshift['status']> {
  const stop = new AbortController();
  const end = () => stop.abort();
  context.signals.on('SIGINT', end);
  context.signals.on('SIGTERM', end);
  const progress = await context.output.startProgress();
  let alone = 0;
  try {
    for (;;) {
      const status = await nightshift.status(batch);
      const { document, running } = status;
      progress.update(status.progress);
      // A run may end, and another begin, between two looks.
      alone = running === null ? alone + 1 : 0;
      if (stop.signal.aborted || isSettled(document) || alone > LOOKS_ALONE) return status;
      await context.output.event('status', document);
      await sleep(WATCH_EVERY_MS, undefined, { signal: stop.signal }).catch(() => {});
    }
  } finally {
    progress.stop();
    context.signals.off('SIGINT', end);
    context.signals.off('SIGTERM', end);
  }
}

function isSettled({ jobs }: RunDocument): boolean {
  return jobs.queued + jobs.submitting + jobs.processing + jobs.ready === 0;
}
