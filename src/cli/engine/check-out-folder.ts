import { existsSync } from 'node:fs';
import { whyNotWritable, whyNotWritten } from '../../files/output-folder.ts';
import type { Batch } from '../../queue/batch-store.ts';
import { formatCount } from '../../report/format.ts';
import { UsageError } from '../usage-error.ts';
import type { OpenStores } from './queue-stores.ts';

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

/**
 * Throws a UsageError where the folder with the files of a batch is gone as a whole: a disk that is not mounted would otherwise be taken for files that were
 * deleted, one by one.
 */
export function assertFolderThere(stores: OpenStores, batch: Batch, outDir = batch.outDir): void {
  const { files } = stores.jobs.outputTotals(batch.id);
  if (files === 0 || existsSync(outDir) || existsSync(batch.outDir)) return;
  throw new UsageError(
    `The output folder ${batch.outDir}, with ${files === 1 ? '1 file' : `${formatCount(files)} files`} of ${batch.name}, is not there. Mount its disk, or name the place where it is now with \`run --out\`. If the files were deleted: make the folder anew, and those that the provider still has are downloaded again. Nothing was stored or sent.`,
  );
}
