import type { Attempt } from '../queue/attempt-row.ts';
import type { WorkContext } from './work-context.ts';

/** The job of an attempt as people name it, with its batch where that is another than the one at work. */
export function nameOfAttempt({ stores, batch }: WorkContext, attempt: Attempt): string {
  const job = stores.jobs.nameOf(attempt.jobSeq);
  if (job === null) return String(attempt.jobSeq);
  return attempt.batchId === batch.id ? job.id : `${job.id} of batch ${job.batch}`;
}
