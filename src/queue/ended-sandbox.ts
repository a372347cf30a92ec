import type { Failure } from '../job-type/outcomes.ts';
import type { Attempt } from './attempt-row.ts';
import type { AttemptStore } from './attempt-store.ts';
import { moveJob } from './move-job.ts';
import type { QueueDb } from './open-queue.ts';

const ENDED: Failure = { class: 'other', httpStatus: null, message: 'the sandbox ended with its run', charged: 'no' };

/** How many jobs of all batches are between their submission and their end. */
export function countInFlight(db: QueueDb): number {
  return inFlight(db).length;
}

/**
 * A sandbox that is gone can be asked for nothing: whatever was in flight on it is queued again, and its play money given back. Only for a queue
 * whose accounts are sandboxes. Returns how many jobs, of all batches.
 */
export function queueInFlightAgain(db: QueueDb, attempts: AttemptStore, now: number): number {
  return db
    .transaction(() => {
      const found = inFlight(db);
      for (const { id } of found) {
        if (attempts.byId(id).state === 'submitting') attempts.lose(id, ENDED, now);
        const attempt = attempts.byId(id);
        if (attempt.state === 'unknown') attempts.absent(id, ENDED.message, now);
        else end(db, attempts, attempt, now);
      }
      return found.length;
    })
    .immediate();
}

function end(db: QueueDb, attempts: AttemptStore, attempt: Attempt, now: number): void {
  if (attempt.state === 'processing') attempts.fail(attempt.id, 'processing', ENDED, { charged: null, refunded: true }, now);
  else {
    db.prepare(`UPDATE outputs SET state = 'lost' WHERE attempt_id = ? AND state = 'pending'`).run(attempt.id);
    attempts.settleOutputs(attempt.id, ENDED, now);
    attempts.bookRefund(attempt.id, (attempt.charged ?? 0) - (attempt.refunded ?? 0), ENDED.message, now);
  }
  moveJob(db, attempt.jobSeq, 'failed', 'queued', { error: null, warning: null, submitted_at: null, completed_at: null });
}

function inFlight(db: QueueDb): readonly { readonly id: number }[] {
  const batches = db.prepare('SELECT id FROM batches').pluck().all() as number[];
  const ofBatch = db.prepare(`SELECT a.id FROM jobs j CROSS JOIN attempts a ON a.job_seq = j.seq AND a.number = j.attempt
    WHERE j.batch_id = ? AND j.state IN ('submitting', 'processing', 'ready', 'unknown')`);
  return batches.flatMap((batch) => ofBatch.all(batch) as { id: number }[]);
}
