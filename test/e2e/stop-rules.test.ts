import { afterEach, expect, test } from 'vitest';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

async function images(count: number, failRate: number): Promise<Workshop> {
  const workshop = await sandboxWorkshop({ failRate, speed: 300 });
  const rows = Array.from({ length: count }, (_, n) => ({ n }));
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', rows, id: 'r{{ n }}', prompt: 'pear {{ n }}' });
  return workshop;
}

test('--max-duration: nothing more is submitted, what is in flight is collected, exit code 10, and the next run goes on', async () => {
  const workshop = await images(40, 0);
  const run = await workshop.document(['run', 'm.yaml', '--yes', '--max-duration', '300ms'], 10);
  expect(run.stopped).toBe('duration');
  expect(run.jobs.processing + run.jobs.submitting + run.jobs.ready).toBe(0);
  expect(run.jobs.queued).toBeGreaterThan(0);
  expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ stopped: 'completed', jobs: { done: 40 } });
  expect(workshop.submissions()).toBe(40);
});

test('--max-duration longer than the batch stops nothing', async () => {
  const workshop = await images(2, 0);
  expect(await workshop.document(['run', 'm.yaml', '--yes', '--max-duration', '8h'])).toMatchObject({ stopped: 'completed' });
});

test('--halt fail=3: stops at the third failure, exit code 4, the rest stays queued', async () => {
  const workshop = await images(40, 1);
  const run = await workshop.document(['run', 'm.yaml', '--yes', '--halt', 'fail=3'], 4);
  expect(run.stopped).toBe('failures');
  expect(run.jobs.failed).toBeGreaterThanOrEqual(3);
  // At most one more for each slot that was busy when the third failed.
  expect(run.jobs.failed).toBeLessThanOrEqual(3 + 5);
  expect(run.jobs.queued).toBe(40 - run.jobs.failed);
});

test('--halt fail=50%: a share of those that ended', async () => {
  const stopped = await images(40, 1);
  expect((await stopped.document(['run', 'm.yaml', '--yes', '--halt', 'fail=50%'], 4)).jobs.queued).toBeGreaterThan(0);
  const whole = await images(20, 0);
  expect((await whole.document(['run', 'm.yaml', '--yes', '--halt', 'fail=50%'])).jobs.done).toBe(20);
});

test.each(['fail=', 'fail=0', 'fail=101%', '20%', 'fail=-1', 'fail=1e3'])(
  '--halt %s is refused with exit code 2 and no request',
  async (halt) => {
    const workshop = await images(1, 0);
    const ran = await workshop.run(['run', 'm.yaml', '--yes', '--halt', halt]);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('fail=N%') });
    expect(workshop.requests()).toBe(0);
  },
);
