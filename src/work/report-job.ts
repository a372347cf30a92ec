import type { StoredJob } from '../queue/job-row.ts';
import type { WorkContext } from './work-context.ts';

/** Tells the listeners where a job stands now, as the queue has it. */
export function reportJob(context: WorkContext, jobSeq: number, message: string | null = null): void {
  const job = context.stores.jobs.bySeq(jobSeq);
  if (job) emitJob(context, job, message ?? job.error?.message ?? null);
}

function emitJob(context: WorkContext, job: StoredJob, message: string | null): void {
  const charged = context.stores.attempts.latest(job.seq)?.charged ?? null;
  context.events.emit('job', {
    id: job.id,
    state: job.state,
    attempt: job.attempt,
    model: job.model,
    provider: job.provider,
    charged,
    message,
  });
}
