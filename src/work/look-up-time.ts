import type { JobType } from '../job-type/job-type.ts';
import { jobTypeOf, type Registry } from '../job-type/registry.ts';
import type { ProviderSettings } from '../job-type/settings.ts';
import type { Attempt } from '../queue/attempt-row.ts';

type Waits = Pick<ProviderSettings, 'settleMs' | 'submitTimeoutMs'>;

/** How long a submission may take to show in the history, milliseconds: the configuration's word, else the job type's. */
export function settleWindowOf({ recovery }: JobType, settings: Waits | undefined): number {
  return settings?.settleMs ?? recovery.history?.settleMs ?? 0;
}

/**
 * How long after its submission a lost one may be looked up, milliseconds; null when it never can. A synchronous job shows when it is made,
 * and the work goes on when the connection is cut: its settle window begins when its answer could not come any more.
 */
export function lookUpAfter(jobType: JobType, settings: Waits | undefined): number | null {
  if (!jobType.recovery.history || !settings) return null;
  return settleWindowOf(jobType, settings) + (jobType.mode === 'sync' ? settings.submitTimeoutMs : 0);
}

/** The first look before that comes after this part of the settle window: 5 s of 60 s. */
const FIRST_LOOK = 1 / 12;
const LEAST_FIRST_LOOK_MS = 200;

/**
 * How long after the loss of a submission it is looked for the first time, milliseconds; null where its entry cannot be told for sure before
 * absence could be proved too. Only what is waited for much longer than its settle window is worth the requests.
 */
export function firstLookAfter(jobType: JobType, settings: Waits | undefined): number | null {
  if (jobType.mode !== 'sync' || !jobType.recovery.history?.identifies || !settings) return null;
  return Math.max(LEAST_FIRST_LOOK_MS, settleWindowOf(jobType, settings) * FIRST_LOOK);
}

/** From when on a lost submission may be looked up, milliseconds since 1970; null when it never can. */
export function lookUpAt(registry: Registry, settings: Waits | undefined, attempt: Attempt): number | null {
  const jobType = jobTypeOf(registry, attempt.family);
  const after = lookUpAfter(jobType, settings);
  if (after === null) return null;
  return Math.max(attempt.intentAt + after, (attempt.submittedAt ?? attempt.intentAt) + settleWindowOf(jobType, settings));
}
