import { expect, test } from 'vitest';
import { PollShare } from '../../src/work/poll-share.ts';

test('without a limit anything is allowed', () => {
  expect(new PollShare(null).join().allowed()).toBeNull();
});

test('jobs that want all share evenly, and together stay below the limit', () => {
  const share = new PollShare(100);
  const jobs = Array.from({ length: 5 }, () => share.join());
  for (let round = 0; round < 5; round++) for (const job of jobs) job.planned = job.allowed()!;
  const total = jobs.reduce((sum, job) => sum + job.planned, 0);
  expect(total).toBeLessThanOrEqual(100);
  expect(new Set(jobs.map((job) => Math.round(job.planned))).size).toBe(1);
});

test('what long jobs do not need goes to the others, and comes back when a job leaves', () => {
  const share = new PollShare(100);
  const long = share.join();
  long.planned = 3;
  const short = share.join();
  expect(short.allowed()).toBeCloseTo(92);
  long.leave();
  expect(short.allowed()).toBeCloseTo(95);
});
