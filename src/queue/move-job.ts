import { assertTransition, type JobState } from './job-states.ts';
import { InvariantError } from './ledger.ts';
import type { QueueDb } from './open-queue.ts';

/** Moves a job from the state that it must be in. Runs inside the caller's transaction; throws an InvariantError when it is elsewhere. */
export function moveJob(db: QueueDb, seq: number, from: JobState, to: JobState): void {
  assertTransition(from, to);
  const moved = db.prepare('UPDATE jobs SET state = ? WHERE seq = ? AND state = ?').run(to, seq, from);
  if (moved.changes !== 1) throw new InvariantError(`The job ${seq} is no longer ${from} and cannot become ${to}`);
}

/** Throws an InvariantError unless exactly one attempt was changed: it was no longer in the state that the change expects. */
export function assertMoved(changes: number, attemptId: number, from: JobState): void {
  if (changes !== 1) throw new InvariantError(`The attempt ${attemptId} is no longer ${from}`);
}
