import { describe, expect, it } from 'vitest';
import { assertTransition, IN_FLIGHT, JOB_STATES, TRANSITIONS } from '../../src/queue/job-states.ts';
import { moveJob } from '../../src/queue/move-job.ts';
import { job, planned, stage, tempQueue } from './support/temp-queue.ts';

/** Written out again from the prose of contract section 2: the table must not check itself. */
const ALLOWED = new Set([
  'queued → submitting',
  'queued → canceled',
  'queued → done',
  'submitting → processing',
  'submitting → ready',
  'submitting → queued',
  'submitting → rejected',
  'submitting → failed',
  'submitting → unknown',
  'processing → ready',
  'processing → failed',
  'ready → done',
  'ready → failed',
  'done → queued',
  'done → ready',
  'failed → queued',
  'failed → done',
  'rejected → queued',
  'rejected → done',
  'canceled → queued',
  'canceled → done',
  'unknown → processing',
  'unknown → ready',
  'unknown → queued',
  'unknown → failed',
]);

describe('the life of a job', () => {
  const pairs = JOB_STATES.flatMap((from) => JOB_STATES.map((to) => [from, to] as const));

  it.each(pairs)('%s → %s is allowed exactly when the prose says so', (from, to) => {
    if (ALLOWED.has(`${from} → ${to}`)) expect(() => assertTransition(from, to)).not.toThrow();
    else expect(() => assertTransition(from, to)).toThrow(`Cannot move a job from ${from} to ${to}`);
  });

  it('says where a job may go instead', () => {
    expect(() => assertTransition('processing', 'queued')).toThrow('from processing it may go to ready, failed');
  });

  it('has no way from a job in flight to a second submission, save by proof or by a refusal', () => {
    expect(IN_FLIGHT.filter((state) => (TRANSITIONS[state] as readonly string[]).includes('queued'))).toEqual(['submitting', 'unknown']);
    expect(Object.entries(TRANSITIONS).filter(([, to]) => (to as readonly string[]).includes('submitting'))).toEqual([
      ['queued', TRANSITIONS.queued],
    ]);
  });

  it('moves a stored job only from the state that is named', () => {
    const queue = tempQueue();
    stage(queue, planned('a'));
    const { seq } = job(queue, 'a');
    moveJob(queue.db, seq, 'queued', 'canceled');
    expect(job(queue, 'a').state).toBe('canceled');
    expect(() => moveJob(queue.db, seq, 'queued', 'submitting')).toThrow('is no longer queued');
    expect(() => moveJob(queue.db, seq, 'canceled', 'ready')).toThrow('Cannot move a job from canceled to ready');
    expect(job(queue, 'a').state).toBe('canceled');
  });

  it('is kept by the database too: no other word is stored', () => {
    const queue = tempQueue();
    stage(queue, planned('a'));
    expect(() => queue.db.prepare(`UPDATE jobs SET state = 'paid'`).run()).toThrow('CHECK constraint failed');
  });
});
