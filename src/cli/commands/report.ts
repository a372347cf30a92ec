import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, parse, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from '../command.ts';
import { REPORT_FORMATS, type ReportFormat } from '../nightshift.ts';
import { parsePathFlag, parseWordFlag } from '../options/parse-flags.ts';
import { UsageError } from '../usage-error.ts';
import { addBatch, engineHere, readBatch } from './batch-command.ts';

/** `nightshift report`: the cost report of a batch, in the format asked for. */
export const reportCommand: Command = {
  name: 'report [batch]',
  describe: 'The cost report of a batch',
  builder: (yargs) =>
    addBatch(yargs)
      .option('format', { type: 'string', requiresArg: true, describe: `${REPORT_FORMATS.join(', ')}; default table, or json with --json` })
      .option('output', { type: 'string', requiresArg: true, describe: 'Write it to this file instead of standard output' })
      .option('gallery', {
        type: 'boolean',
        describe: 'With --format html and --output FILE: also write the contact sheet, as FILE-gallery.html; it needs no program',
      })
      .example('$0 report', 'The batch last run, as a table')
      .example('$0 report spring-catalog --format html --output report.html', 'A self-contained page to hand on'),
  run: async (context) => {
    const { flags, output, common } = context;
    const asked = flags.parsed('format', (flag, text) => parseWordFlag(flag, text, REPORT_FORMATS));
    if (common.mode === 'events') throw new UsageError('a report is one document: use --json or --format');
    if (common.mode === 'json' && asked !== null && asked !== 'json')
      throw new UsageError(`--json and --format ${asked} exclude each other`);
    const format: ReportFormat = asked ?? (common.mode === 'json' ? 'json' : 'table');
    const file = flags.parsed('output', parsePathFlag);
    const batch = readBatch(context);
    const nightshift = await engineHere(context);
    const color = file === null && output.dataColors.isColorSupported;
    const sheet = flags.on('gallery') ? gallerySheet(format, file) : null;
    const folder = file === null ? '.' : dirname(file);
    const gallery = sheet === null ? null : encodeURIComponent(basename(sheet));
    const pieces = await nightshift.report({ batch, format, width: context.width, color, folder, gallery });
    if (file === null) {
      for await (const piece of pieces as AsyncIterable<string>) await output.raw(piece);
      return 0;
    }
    const write = async (to: string, text: Iterable<string> | AsyncIterable<string>): Promise<void> => {
      const path = resolve(context.cwd, to);
      // Prompts and amounts are the user's own business: who else may read them is for the user to say.
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await pipeline(Readable.from(redacted(text, output.redact)), createWriteStream(path, { mode: 0o600 }));
      output.note(`Written to ${to}`);
    };
    await write(file, pieces);
    if (sheet !== null) await write(sheet, [await nightshift.gallery(batch, dirname(sheet))]);
    return 0;
  },
};

/** The file of the contact sheet, beside that of the report. Throws a UsageError where there is no such place. */
function gallerySheet(format: ReportFormat, file: string | null): string {
  if (format !== 'html' || file === null)
    throw new UsageError('--gallery goes with --format html and --output FILE: it is a page beside that file');
  const { dir, name } = parse(file);
  return join(dir, `${name}-gallery.html`);
}

async function* redacted(pieces: Iterable<string> | AsyncIterable<string>, redact: (text: string) => string): AsyncGenerator<string> {
  for await (const piece of pieces as AsyncIterable<string>) yield redact(piece);
}
