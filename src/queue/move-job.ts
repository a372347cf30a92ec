import { assertTransition, type JobState } from './job-states.ts';
import { InvariantError } from './ledger.ts';
import type { QueueDb } from './open-queue.ts';

/** Columns of a job that change with its state. */
export type JobChange = Readonly<
  Partial<Record<'attempt' | 'error' | 'warning' | 'submitted_at' | 'completed_at', string | number | null>>
>;

/**
 * Moves a job from the state that it must be in, and changes with it what the new state says: each write of a row runs its triggers and works
 * its columns out anew. Runs inside the caller's transaction; throws an InvariantError when the job is elsewhere.
 */
export function moveJob(db: QueueDb, seq: number, from: JobState, to: JobState, change: JobChange = {}): void {
  assertTransition(from, to);
  const columns = ['state', ...Object.keys(change)].map((column) => `${column} = ?`).join(', ');
  const moved = db.prepare(`UPDATE jobs SET ${columns} WHERE seq = ? AND state = ?`).run(to, ...Object.values(change), seq, from);
  if (moved.changes !== 1) throw new InvariantError(`The job ${seq} is no longer ${from} and cannot become ${to}`);
}

/** Throws an InvariantError unless exactly one attempt was changed: it was no longer in the state that the change expects. */
export function assertMoved(changes: number, attemptId: number, from: JobState): void {
  if (changes !== 1) throw new InvariantError(`The attempt ${attemptId} is no longer ${from}`);
}
