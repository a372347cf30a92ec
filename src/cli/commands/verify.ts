import { formatBytes, formatCount } from '../../report/format.ts';
import type { Command } from '../command.ts';
import { exitCodeFor } from '../exit-codes.ts';
import { addBatch, engineHere, readBatch } from './batch-command.ts';

const NAMED = 50;

/** `nightshift verify`: the files on disk against what was recorded of them. */
export const verifyCommand: Command = {
  name: 'verify [batch]',
  describe: 'Compare the files on disk with their recorded size, sha-256 and structure',
  builder: (yargs) =>
    addBatch(yargs)
      .example('$0 verify', 'Is everything there, and as it came?')
      .epilogue(
        'Reads every file of every attempt, and changes nothing. Exit codes: 0 every file is there and as it was saved, 4 some are missing or changed. The file of an earlier attempt that a later one replaced may be gone: it is listed and does no harm. Files that nightshift did not make are listed and do no harm.',
      ),
  run: async (context) => {
    const { output } = context;
    const nightshift = await engineHere(context);
    const document = await nightshift.verify(readBatch(context));
    const { batch, files, ok, bytes, missing, missing_earlier, changed, extra } = document.verify;
    const lines = [
      ...missing.map((file) => `missing  ${file.path}  (${file.id}, attempt ${file.attempt})`),
      ...changed.map((file) => `changed  ${file.path}  (${file.id}, attempt ${file.attempt}): ${file.why}`),
      ...missing_earlier.map((file) => `gone     ${file.path}  (${file.id}, attempt ${file.attempt}): a later attempt took its place`),
      ...extra.map((path) => `extra    ${path}`),
    ];
    for (const line of lines.slice(0, NAMED)) await output.text(line);
    if (lines.length > NAMED) output.note(`and ${formatCount(lines.length - NAMED)} more; --json names all`);
    output.note(`${batch}: ${formatCount(ok)} of ${formatCount(files)} files are as they were saved, ${formatBytes(bytes)}.`);
    if (missing.length > 0) output.note(`\`${context.suggest('download', batch)}\` fetches those of finished jobs again.`);
    if (changed.length > 0)
      output.note(`A changed file is left alone: move it away, and \`${context.suggest('download', batch)}\` fetches what was saved.`);
    await output.document(document);
    return exitCodeFor(missing.length + changed.length > 0 ? ['failures'] : []);
  },
};
