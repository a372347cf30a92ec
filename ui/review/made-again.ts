import type { ReviewDecision, ReviewOutput, ReviewStatus } from '../../src/review/review-view.ts';

/** What is said of the attempts that were asked for since. */
const WORDS: Readonly<Record<string, string>> = {
  queued: 'queued',
  submitting: 'on its way',
  processing: 'on its way',
  ready: 'on its way',
  failed: 'failed',
  rejected: 'refused',
  canceled: 'canceled',
  unknown: 'of unknown outcome',
};

/** By job, `attempt 2 queued`: what became of the wish for another attempt, while there is none to be seen. */
export function madeAgain(status: ReviewStatus | null): ReadonlyMap<string, string> {
  return new Map((status?.again ?? []).map(({ job, attempt, state }) => [job, `attempt ${attempt} ${WORDS[state] ?? state}`]));
}

/**
 * The attempt of each job whose files are its result: the last of which something is saved, save where the queue went back to an earlier one, as
 * after an edit that was taken back. It is the one that `regenerate --from` judges by.
 */
export function countingAttempts(outputs: readonly ReviewOutput[], status: ReviewStatus | null): ReadonlyMap<string, number> {
  const counting = new Map<string, number>();
  for (const { job, attempt } of outputs) counting.set(job, Math.max(attempt, counting.get(job) ?? 0));
  for (const { job, attempt } of status?.back ?? []) if (counting.has(job)) counting.set(job, attempt);
  return counting;
}

/** Rejected outputs that nothing has come after: of the attempt that counts, and not queued again. */
export function toBeMadeAgain(
  outputs: readonly ReviewOutput[],
  of: (output: number) => ReviewDecision,
  counting: ReadonlyMap<string, number>,
  again: ReadonlyMap<string, string>,
): readonly ReviewOutput[] {
  return outputs.filter(({ output, job, attempt }) => of(output).decision === 'reject' && attempt === counting.get(job) && !again.has(job));
}
