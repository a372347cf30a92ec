import type { FailureClass } from '../../job-type/outcomes.ts';
import type { StoredJob } from '../../queue/job-row.ts';

const CLASSES: ReadonlySet<FailureClass> = new Set<FailureClass>(['lost', 'transport']);

/** Paid and lost, or of unknown outcome and given up: to send such a job again is to pay for it twice, perhaps. Only a person may ask for that, by name. */
export function mayBePaid({ state, error }: Pick<StoredJob, 'state' | 'error'>): boolean {
  return state === 'failed' && CLASSES.has(error?.class ?? 'other');
}
