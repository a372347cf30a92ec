import type { WorkContext } from './work-context.ts';

/** Tells the listeners where a job stands now, as the queue has it. */
export function reportJob({ stores, events }: WorkContext, jobSeq: number, message: string | null = null): void {
  if (events.listenerCount('job') === 0) return;
  const standing = stores.jobs.standing(jobSeq);
  if (standing) events.emit('job', { ...standing, message: message ?? standing.message });
}
