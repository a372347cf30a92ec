import { afterEach, describe, expect, test } from 'vitest';
import type { CliEvent } from '../support/built-cli.ts';
import { eventually } from '../support/eventually.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

/** Jobs of the families with a history, so that whatever is lost on the way can be found again. */
const MIXED = {
  name: 'batch',
  jobs: [
    { rows: [1, 2, 3, 4, 5, 6].map((n) => ({ n })), id: 'i{{ n }}', model: 'ulazai/image', prompt: 'pear {{ n }}' },
    { id: 'v', model: 'ulazai/veo3_fast', prompt: 'a film of a pear' },
    { id: 's', model: 'ulazai/studio/veo31_fast', prompt: 'a studio film of a pear', params: { aspect_ratio: '16:9' } },
  ],
};
const COST = 6 * 8 + 130 + 100;

/** Starts a run and kills it without a warning as soon as `now` says so. */
async function runAndKill(workshop: Workshop, now: (events: readonly CliEvent[]) => boolean): Promise<void> {
  const run = workshop.start(['run', 'm.yaml', '--yes', '--events']);
  await eventually('the moment of the kill comes', () => run.child.exitCode !== null || now(run.events()));
  run.child.kill('SIGKILL');
  await run.ended;
}

/** Runs until everything is made, and compares the two books. */
async function expectFinishedUnharmed(workshop: Workshop): Promise<void> {
  const run = await workshop.document(['run', 'm.yaml', '--yes']);
  expect(run).toMatchObject({ stopped: 'completed', jobs: { total: 8, done: 8 } });
  expect([...workshop.chargesByPrompt()].filter(([, times]) => times > 1)).toEqual([]);
  expect(workshop.spent()).toEqual({ charged: COST, refunded: 0, net: COST });
  expect(run.money.ulazai).toMatchObject({ charged: COST, net: COST, reserved: 0, unknown: 0, difference: 0 });
  expect(workshop.files('out/batch').filter((file) => !/\.(png|mp4)$/.test(file))).toEqual([]);
  expect(workshop.files('out/batch')).toHaveLength(8);
  expect(workshop.query('PRAGMA integrity_check')).toBe('ok');
}

const count = (state: string, times: number) => (events: readonly CliEvent[]) =>
  events.filter((event) => event.state === state).length >= times;

describe('a run that is killed without a warning', () => {
  test.each([
    ['at the first intent', count('submitting', 1)],
    ['at the sixth accepted id', count('processing', 6)],
    ['when the second is generated', count('ready', 2)],
    ['when the fifth is on disk', count('done', 5)],
    ['when the last is on disk', count('done', 8)],
  ])('%s: run again, it finishes, and nothing was paid twice', async (_, moment) => {
    const workshop = await sandboxWorkshop({ speed: 240 });
    workshop.write('m.yaml', MIXED);
    await runAndKill(workshop, moment);
    await expectFinishedUnharmed(workshop);
  });

  test('while every answer is late, again and again: what was charged unseen is found in the history', async () => {
    const workshop = await sandboxWorkshop({ speed: 240, faults: { slow: 0.5 } });
    workshop.write('m.yaml', MIXED);
    for (let kill = 1; kill <= 3; kill++) {
      const before = workshop.sandbox.ledger.bookings().length;
      await runAndKill(workshop, (events) => workshop.sandbox.ledger.bookings().length > before || count('done', 3)(events));
    }
    await expectFinishedUnharmed(workshop);
  });
});

test('what the account said before a run that was killed is not taken for the balance after it', async () => {
  const workshop = await sandboxWorkshop({ speed: 240, balance: 10_000 });
  const pears = (rows: number) => ({
    name: 'batch',
    model: 'ulazai/image',
    rows: Array.from({ length: rows }, (_, n) => ({ n })),
    id: 'r{{ n }}',
    prompt: 'pear {{ n }}',
  });
  workshop.write('m.yaml', pears(1));
  expect((await workshop.document(['run', 'm.yaml', '--yes'])).money.ulazai).toMatchObject({ balance_after: 9_992, difference: 0 });
  workshop.write('m.yaml', pears(30));
  await runAndKill(workshop, count('done', 5));

  const status = await workshop.document(['status']);
  expect(status.money.ulazai).toMatchObject({ balance_before: 10_000, balance_after: null, difference: null });
  const report = (await workshop.run(['report'])).stdout;
  expect(report).toContain('the balance of ulazai was last read before the latest bookings');
  expect(report).not.toMatch(/money added|prices below/);
  expect(report).toContain('did not end by itself');
  expect(report).not.toContain('running');

  const whole = await workshop.document(['run', 'm.yaml', '--yes']);
  expect(whole.money.ulazai).toMatchObject({ balance_after: 9_760, difference: 0 });
});

describe('a synchronous film of MayanIO, which its history shows only when it is made', () => {
  const film = (n: number) => ({ id: `f${n}`, model: 'mayanio/vidu-q2', prompt: `film ${n}`, params: { duration: 2, resolution: '360p' } });

  test('killed while it is being made: waited for, found, and never ordered again', async () => {
    const workshop = await sandboxWorkshop({ speed: 25, mayanio: ['submit_timeout: 6s'] });
    // Made before the kill: it shows that the ids of the history are those of the answers.
    workshop.write('m.yaml', { name: 'batch', jobs: [film(1)] });
    await workshop.document(['run', 'm.yaml', '--yes']);
    workshop.write('m.yaml', { name: 'batch', jobs: [film(1), film(2)] });
    await runAndKill(workshop, () => workshop.spent('mayanio').charged === 20);
    const run = await workshop.document(['run', 'm.yaml', '--yes']);
    expect(run).toMatchObject({ jobs: { done: 2 }, money: { mayanio: { charged: 20 } }, requests: { submit: 0 } });
    expect(workshop.spent('mayanio')).toEqual({ charged: 20, refunded: 0, net: 20 });
  });

  test('whose order never arrived: queued again once its answer could not come any more', async () => {
    const workshop = await sandboxWorkshop({ speed: 100, faults: { 'cut-before-charge': 0.5 }, seed: 5, mayanio: ['submit_timeout: 1s'] });
    workshop.write('m.yaml', { name: 'batch', jobs: [film(1), film(2), film(3)] });
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 3 }, money: { mayanio: { charged: 30 } } });
    expect(workshop.submissions()).toBeGreaterThan(3);
    expect(workshop.spent('mayanio').charged).toBe(30);
  });

  test('that nothing shows to be ours stays unknown, and is not ordered again', async () => {
    const workshop = await sandboxWorkshop({ speed: 25, mayanio: ['submit_timeout: 6s'] });
    workshop.write('m.yaml', { name: 'batch', jobs: [film(1)] });
    await runAndKill(workshop, () => workshop.spent('mayanio').charged === 10);
    await eventually('it is made', () => workshop.sandbox.ledger.bookings().length === 1);
    expect(await workshop.document(['run', 'm.yaml', '--yes'], 7)).toMatchObject({ jobs: { unknown: 1 }, requests: { submit: 0 } });
    expect(workshop.submissions()).toBe(1);
  });
});

describe.each([
  ['ulazai/sora-2', {}, 80],
  ['ulazai/kling-3.0', { duration: 3, quality: 'std' }, 60],
] as const)('%s, which has no history', (model, params, price) => {
  test('killed before the answer came: stays unknown with exit code 7, and is never sent again', async () => {
    const workshop = await sandboxWorkshop({ speed: 400, faults: { slow: 1 } });
    workshop.write('m.yaml', { name: 'batch', model, params, id: 'film', prompt: 'a pear turns' });
    await runAndKill(workshop, () => workshop.sandbox.ledger.bookings().length > 0);
    expect(workshop.submissions()).toBe(1);
    for (let again = 1; again <= 2; again++) {
      const run = await workshop.document(['run', 'm.yaml', '--yes'], 7);
      expect(run).toMatchObject({
        stopped: 'unknown',
        jobs: { unknown: 1 },
        money: { ulazai: { charged: 0, unknown: price } },
        requests: { submit: 0 },
      });
    }
    const [job] = await workshop.jobs();
    expect(job).toMatchObject({ state: 'unknown', error: { class: 'transport', charged: 'unknown' } });
    expect(workshop.submissions()).toBe(1);
  });
});
