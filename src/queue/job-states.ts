/**
 * The life of a job.
 *
 * A job begins `queued`. Before a byte leaves, its intent is committed and it is `submitting`. From there the answer decides:
 * an id makes it `processing`; a result in the answer itself makes it `ready`; a refusal before any charge makes it `rejected`,
 * or puts it back to `queued` when the job is not to blame (key, funds, rate); a failure in the same breath makes it `failed`;
 * and no trustworthy answer makes it `unknown`. A process that dies while a job is `submitting` leaves it `unknown` too.
 *
 * `processing` is left by what the API says of the id: `ready` when it was generated, `failed` when it was not. `ready` means paid
 * and not all on disk: it becomes `done` when every file is saved, or `failed` (class `lost`) when the files can no longer be had.
 * A `done` job whose files vanished from disk goes back to `ready`, for downloading costs nothing; one that was given up for its files is `done`
 * when they are found on disk again.
 *
 * `unknown` is left on proof or by the person's word only: found in the history it is `processing` (or `ready`), shown to be absent it is
 * `queued`, and given up it is `failed`. Nothing else ever leads from `unknown` to a second submission.
 *
 * The ends (`done`, `failed`, `rejected`, `canceled`) go back to `queued` when the user changes the job or asks for another attempt. From
 * `queued` the user may take it out: it is `canceled`; or `done` as before, where only another attempt of a finished job was asked for, or
 * where a change that was not made yet is taken back by a cancel. A canceled job of which there is a finished result becomes `done` when that is
 * adopted. Wherever nothing moves, a manifest that asks again for what an earlier attempt has made leaves the job `done` with that one.
 */
export const JOB_STATES = ['queued', 'submitting', 'processing', 'ready', 'done', 'failed', 'rejected', 'canceled', 'unknown'] as const;

/** A state of a job (contract, section 2). */
export type JobState = (typeof JOB_STATES)[number];

/** Where each state may lead. Every UPDATE of a state names its start and is checked against this. */
export const TRANSITIONS = {
  queued: ['submitting', 'canceled', 'done'],
  submitting: ['processing', 'ready', 'queued', 'rejected', 'failed', 'unknown'],
  processing: ['ready', 'failed'],
  ready: ['done', 'failed'],
  done: ['queued', 'ready'],
  failed: ['queued', 'done'],
  rejected: ['queued', 'done'],
  canceled: ['queued', 'done'],
  unknown: ['processing', 'ready', 'queued', 'failed'],
} as const satisfies Record<JobState, readonly JobState[]>;

/** States in which money may be moving: the definition of the job must not change under them. */
export const IN_FLIGHT = ['submitting', 'processing', 'ready', 'unknown'] as const satisfies readonly JobState[];

/** Throws when the machine has no such transition. A bug, never a user's fault. */
export function assertTransition(from: JobState, to: JobState): void {
  const allowed: readonly JobState[] = TRANSITIONS[from];
  if (!allowed.includes(to)) throw new Error(`Cannot move a job from ${from} to ${to}: from ${from} it may go to ${allowed.join(', ')}`);
}
