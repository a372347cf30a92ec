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

/** The last attempt of each job of which something is saved. */
export function latestAttempts(outputs: readonly ReviewOutput[]): ReadonlyMap<string, number> {
  const latest = new Map<string, number>();
  for (const { job, attempt } of outputs) latest.set(job, Math.max(attempt, latest.get(job) ?? 0));
  return latest;
}

/** Rejected outputs that nothing has come after: of the latest attempt, and not queued again. */
export function toBeMadeAgain(
  outputs: readonly ReviewOutput[],
  of: (output: number) => ReviewDecision,
  again: ReadonlyMap<string, string>,
): readonly ReviewOutput[] {
  const latest = latestAttempts(outputs);
  return outputs.filter(({ output, job, attempt }) => of(output).decision === 'reject' && attempt === latest.get(job) && !again.has(job));
}
