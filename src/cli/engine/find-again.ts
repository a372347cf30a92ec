import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { withExtension } from '../../files/output-path.ts';
import { verifyFile } from '../../files/verify.ts';
import type { Batch } from '../../queue/batch-store.ts';
import { GoneFiles } from '../../queue/gone-files.ts';
import type { Output } from '../../queue/output-store.ts';
import { formatJobs } from '../../report/format.ts';
import { fileStem } from '../../work/file-names.ts';
import { extensionOf } from './compare-files.ts';
import type { EngineParts } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';

/**
 * Looks for files that were saved once and counted as gone since: a disk that was not mounted is there again, or somebody has put them back. They
 * are told by their content, under the old name and the one that they would have now, in the folder of the batch and in that of this run. A job
 * that was given up for them is done again. Sends nothing. Returns how many jobs have a file again.
 */
export async function findAgain(parts: EngineParts, stores: OpenStores, batch: Batch, outDir: string): Promise<number> {
  const folders = [...new Set([outDir, batch.outDir])].filter((folder) => existsSync(folder));
  if (folders.length === 0) return 0;
  const gone = new GoneFiles(stores.db);
  let [found, again] = [0, 0];
  for (const job of gone.jobs(batch.id)) {
    const before = found;
    for (const file of job.files) {
      const path = await whereAgain(folders, file, fileStem(job.output, job.files, file.position, job.outputsAsked));
      if (path === null) continue;
      gone.found(file.id, path);
      found += 1;
    }
    if (found > before) again += 1;
    if (job.state === 'failed') gone.done(job.seq, job.attemptId);
  }
  if (again > 0) parts.output.note(`${formatJobs(again)} with files that were missing and are there again.`);
  return again;
}

async function whereAgain(folders: readonly string[], file: Output, stem: string): Promise<string | null> {
  const { state, path, bytes, sha256 } = file;
  if (state === 'saved' || path === null || bytes === null || sha256 === null) return null;
  for (const name of new Set([path, withExtension(stem, extensionOf(path))]))
    for (const folder of folders) if ((await verifyFile(join(folder, name), { bytes, sha256 })) === 'ok') return name;
  return null;
}
