import type { Failure } from '../../job-type/outcomes.ts';
import type { Batch } from '../../queue/batch-store.ts';
import type { FileDifferences } from '../../queue/file-differences.ts';
import { formatJobs } from '../../report/format.ts';
import type { EngineParts } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';

/** A sandbox gives its files to the run that started it only: to a later one each is what an expired URL is on an account. */
const ENDED: Failure = {
  class: 'lost',
  httpStatus: null,
  message: 'paid, not on disk: the sandbox that made it ended with its run, and its files with it',
  charged: 'yes',
};

/**
 * Puts done jobs whose files vanished back to `ready`: downloading them again costs nothing. Those that the run does not mean are left. Of a sandbox
 * of an earlier run nothing can be downloaded: the jobs are lost.
 */
export function reopenMissing(
  { sandbox, clock, output, suggest }: EngineParts,
  stores: OpenStores,
  batch: Batch,
  files: FileDifferences,
): void {
  const meant = new Set(files.missingJobs(batch.id));
  const reopened = new Map<number, number>();
  // In one step: a done job with a file to be fetched is one that nobody looks for.
  stores.db
    .transaction(() => {
      for (const file of files.of('missing')) {
        if (!meant.has(file.jobId)) continue;
        stores.outputs.vanished(file.outputId);
        if (sandbox) stores.outputs.lost(file.outputId);
        if (!reopened.has(file.jobSeq)) stores.outputs.reopen(file.jobSeq, file.attemptId);
        reopened.set(file.jobSeq, file.attemptId);
      }
      if (sandbox) for (const attemptId of reopened.values()) stores.attempts.settleOutputs(attemptId, ENDED, clock.now());
    })
    .immediate();
  if (sandbox && reopened.size > 0)
    output.warn(
      `${formatJobs(reopened.size)} lost: the sandbox that made the files ended with its run, and an account would give them again. \`${suggest('retry', batch.name, '--select', 'state:failed')}\` queues them to be made again`,
    );
}
