import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

const JOBS = 14;
const COST = JOBS * 8;

async function workshopOf(speed: number): Promise<Workshop> {
  const workshop = await sandboxWorkshop({ speed });
  const rows = Array.from({ length: JOBS }, (_, n) => ({ n }));
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', rows, id: 'r{{ n }}', prompt: 'pear {{ n }}' });
  return workshop;
}

async function expectFinished(workshop: Workshop): Promise<void> {
  const run = await workshop.document(['run', 'm.yaml', '--yes']);
  expect(run).toMatchObject({
    stopped: 'completed',
    jobs: { done: JOBS },
    money: { ulazai: { charged: COST, reserved: 0, difference: 0 } },
  });
  expect(workshop.spent()).toEqual({ charged: COST, refunded: 0, net: COST });
  expect(workshop.chargesByPrompt().size).toBe(JOBS);
}

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  test('submits nothing more, collects what is in flight, ends with 130; run again, it finishes without one charge more', async () => {
    const workshop = await workshopOf(100);
    const run = workshop.start(['run', 'm.yaml', '--yes', '--events']);
    await eventually('jobs are in flight', () => run.events().filter(({ state }) => state === 'processing').length >= 3);
    run.child.kill(signal);
    const { code, stderr } = await run.ended;
    expect(code).toBe(130);
    expect(stderr).toContain('nothing new is submitted');
    const done = run.events().at(-1);
    expect(done).toMatchObject({ event: 'done', stopped: 'interrupted', jobs: { submitting: 0, processing: 0, ready: 0, unknown: 0 } });
    const jobs = done?.jobs as { done: number; queued: number };
    expect(jobs.done).toBeGreaterThanOrEqual(3);
    expect(jobs.done + jobs.queued).toBe(JOBS);
    expect(workshop.spent().charged).toBe(jobs.done * 8);
    expect(workshop.files('out/batch')).toHaveLength(jobs.done);
    await expectFinished(workshop);
  });
});

test('a second Ctrl-C leaves at once, and what was in flight is collected by the next run', async () => {
  const workshop = await workshopOf(20);
  const run = workshop.start(['run', 'm.yaml', '--yes', '--events']);
  await eventually('jobs are in flight', () => run.events().filter(({ state }) => state === 'processing').length >= 3);
  run.child.kill('SIGINT');
  await eventually('the first was heard', () => run.stderr().includes('Ctrl-C again'));
  run.child.kill('SIGINT');
  expect((await run.ended).code).toBe(130);
  expect(run.events().some(({ event }) => event === 'done')).toBe(false);
  expect(workshop.query<number>("SELECT count(*) FROM jobs WHERE state = 'processing'")).toBeGreaterThan(0);
  await expectFinished(workshop);
});

test('Ctrl-C before the first submission: exit code 130, nothing was sent, and the next run makes everything', async () => {
  const workshop = await workshopOf(300);
  const signals = new EventEmitter();
  const ran = await workshop.run(['run', 'm.yaml', '--yes', '--json'], { signals: impatient(signals) });
  expect(ran.code).toBe(130);
  expect(JSON.parse(ran.stdout)).toMatchObject({ stopped: 'interrupted', jobs: { queued: JOBS } });
  expect(workshop.submissions()).toBe(0);
  await expectFinished(workshop);
});

/** Sends SIGINT as soon as somebody listens for it. */
function impatient(signals: EventEmitter): EventEmitter {
  signals.once('newListener', (signal) => queueMicrotask(() => signals.emit(signal)));
  return signals;
}

test('resume finishes what was interrupted, without the manifest', async () => {
  const workshop = await workshopOf(100);
  const run = workshop.start(['run', 'm.yaml', '--yes', '--events']);
  await eventually('jobs are in flight', () => run.events().some(({ state }) => state === 'done'));
  run.child.kill('SIGINT');
  expect((await run.ended).code).toBe(130);
  workshop.write('m.yaml', 'gone');
  expect(await workshop.document(['resume', '--yes'])).toMatchObject({ stopped: 'completed', jobs: { done: JOBS } });
  expect(workshop.spent().charged).toBe(COST);
});

test('a second runner is refused with exit code 2 and the name of the first, which goes on', async () => {
  const workshop = await workshopOf(60);
  const first = workshop.start(['run', 'm.yaml', '--yes', '--events']);
  await eventually('the first works', () => first.events().some(({ state }) => state === 'processing'));
  for (const argv of [
    ['run', 'm.yaml', '--yes'],
    ['resume', '--yes'],
    ['retry', '--yes'],
  ]) {
    const second = await workshop.run(argv);
    expect([second.code, argv]).toEqual([2, argv]);
    expect(second.stderr).toContain(`process ${first.child.pid}`);
  }
  // Looking is allowed meanwhile.
  const status = await workshop.run(['status', '--json']);
  expect(status.code).toBe(0);
  expect(JSON.parse(status.stdout)).toMatchObject({ batch: 'batch', stopped: null, ended_at: null });
  expect((await first.ended).code).toBe(0);
  expect(workshop.spent().charged).toBe(COST);
});
