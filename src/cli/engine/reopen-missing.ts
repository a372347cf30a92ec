import type { Batch } from '../../queue/batch-store.ts';
import type { FileDifferences } from '../../queue/file-differences.ts';
import type { OpenStores } from './queue-stores.ts';

/** Puts done jobs whose files vanished back to `ready`: downloading them again costs nothing. Those that the run does not mean are left. */
export function reopenMissing(stores: OpenStores, batch: Batch, files: FileDifferences): void {
  const meant = new Set(files.missingJobs(batch.id));
  // In one step: a done job with a file to be fetched is one that nobody looks for.
  stores.db
    .transaction(() => {
      const reopened = new Set<number>();
      for (const file of files.of('missing')) {
        if (!meant.has(file.jobId)) continue;
        stores.outputs.vanished(file.outputId);
        if (!reopened.has(file.jobSeq)) stores.outputs.reopen(file.jobSeq, file.attemptId);
        reopened.add(file.jobSeq);
      }
    })
    .immediate();
}
