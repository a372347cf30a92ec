import { whyNotWritable, whyNotWritten } from '../../files/output-folder.ts';
import { UsageError } from '../usage-error.ts';

/**
 * What is paid for must have a place: throws a UsageError for an output folder that nothing can be saved in. `try`: by writing to it, before
 * anything is spent; else only by what can be seen of it.
 */
export function checkOutFolder(folder: string, how: 'look' | 'try'): void {
  const why = how === 'try' ? whyNotWritten(folder) : whyNotWritable(folder);
  if (why === null) return;
  throw new UsageError(
    `No output can be saved in ${folder}: ${why}. Name another folder with --out, or \`out\` in the configuration. Nothing was stored or sent.`,
  );
}
