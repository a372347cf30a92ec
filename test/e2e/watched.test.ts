import { EventEmitter } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { meddleWith } from '../support/meddler.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';
import { Screen } from '../support/screen.ts';

afterEach(closeWorkshops);

/** `status --watch` in another terminal than the run's. */
function watchOn(workshop: Workshop, screen: Screen, signals = new EventEmitter()) {
  let ended = false;
  const watching = workshop.run(['status', '--watch'], { screen, signals }).finally(() => {
    ended = true;
  });
  return { watching, ended: () => ended };
}

test('a batch that is run elsewhere is seen as its own terminal shows it: cap, slots, pace, end, and what holds it up', async () => {
  const workshop = await sandboxWorkshop({ limits: '{ requests: 1000/200ms, concurrency: 4 }', speed: 400 });
  let submitted = 0;
  const between = await meddleWith(workshop, async ({ method, path }) => {
    if (method !== 'POST' || !path.includes('/generate')) return null;
    submitted += 1;
    if (submitted <= 12) return null;
    // From then on nothing at all is sent.
    await eventually('twelve are done', () => workshop.query<number>(`SELECT count(*) FROM jobs WHERE state = 'done'`) === 12);
    return { status: 429, headers: { 'retry-after': '600' }, body: { error: 'slow down' } };
  });
  workshop.write('m.yaml', {
    name: 'night',
    model: 'ulazai/image',
    rows: Array.from({ length: 40 }, (_, n) => ({ n })),
    id: 'r{{ n }}',
    prompt: 'pear {{ n }}',
    budget: 400,
  });
  const run = workshop.start(['run', 'm.yaml', '--events', '--yes']);
  await eventually('it is throttled', () => run.events().some(({ event }) => event === 'throttled'));
  await workshop.run(['set', 'ulazai.concurrency', '2']);
  await workshop.run(['set', 'max-cost', '360']);

  const screen = new Screen(100);
  const { watching, ended } = watchOn(workshop, screen);
  const shows = async (what: RegExp) => {
    await eventually(`the screen shows ${what}`, async () => what.test(await screen.text())).catch(async (error: Error) => {
      throw new Error(`${error.message}:\n${await screen.text()}`);
    });
  };
  await shows(/ 30 % \| 12 done, 0 in flight, 28 queued\n/);
  await shows(/\n\d[\d.]* jobs\/min, \d.* min left\n/);
  await shows(/\nulazai 96 credits spent, 0 reserved of 360\n/);
  await shows(/\nulazai: throttled for (?:9|1\d) min.* \| \d of 2 slots \| \d+ of 1,000 requests in 200 ms\n/);
  await shows(/\nulazai throttled until \d/);

  // While it is paused nobody knows when it ends.
  await workshop.run(['pause']);
  await shows(/\npaused; `nightshift unpause night` goes on\nulazai throttled until \d/);
  expect(await screen.text()).not.toContain(' left');
  expect((await workshop.run(['status'])).stdout).not.toContain(' left');

  // Nobody works it any more: nothing changes by itself.
  run.child.kill('SIGKILL');
  await run.ended;
  expect(ended()).toBe(false);
  const { code, stdout } = await watching;
  expect(code).toBe(0);
  expect(stdout).toMatch(/^night: its last run did not end by itself; `nightshift resume night` goes on, nothing is lost, paused: /);
  const last = await screen.text();
  expect(last).toContain('\nnobody works it; `nightshift resume night` goes on\npaused; `nightshift unpause night` goes on');
  expect(last).toContain('of 360\nulazai: 0 of 2 slots');
  expect(last).not.toContain('throttled');
  await between.close();
});

test('it ends with the batch, and with Ctrl-C, which ends nothing else', async () => {
  const workshop = await sandboxWorkshop({ speed: 400 });
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const between = await meddleWith(workshop, async ({ method, path }) => {
    if (method === 'POST' && path.includes('/generate')) await released;
    return null;
  });
  workshop.write('m.yaml', { name: 'night', model: 'ulazai/image', rows: [{ n: 1 }, { n: 2 }], id: 'r{{ n }}', prompt: 'pear {{ n }}' });
  const run = workshop.start(['run', 'm.yaml', '--events', '--yes']);
  await eventually('one is on its way', () => run.events().some(({ state }) => state === 'submitting'));
  const first = new Screen(100);
  const signals = new EventEmitter();
  const stopped = watchOn(workshop, first, signals);
  await eventually('it is shown', async () => (await first.text()).includes('2 in flight'));
  signals.emit('SIGINT');
  expect((await stopped.watching).code).toBe(0);
  expect(run.child.exitCode).toBeNull();

  const second = new Screen(100);
  const { watching } = watchOn(workshop, second);
  await eventually('it is shown', async () => (await second.text()).includes('2 in flight'));
  release();
  expect((await run.ended).code).toBe(0);
  expect((await watching).stdout).toMatch(/^night: finished/);
  expect(await second.text()).toContain('100 % | 2 done, 0 in flight, 0 queued');
  await between.close();
});
