import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { serve } from '../support/http-server.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

const IMAGE = 8;

function pears(count: number, more: object = {}): object {
  const rows = Array.from({ length: count }, (_, row) => ({ row }));
  return { name: 'batch', model: 'ulazai/image', rows, id: 'r{{ row }}', prompt: 'pear number {{ row }}', ...more };
}

/** The account agrees with the queue, and nothing was paid twice. */
function expectAgreement(workshop: Workshop, money: { charged: number; refunded: number } | undefined): void {
  expect(money).toMatchObject({ charged: workshop.spent().charged, refunded: workshop.spent().refunded });
  for (const [prompt, times] of workshop.chargesByPrompt()) expect([prompt, times]).toEqual([prompt, 1]);
}

describe('a batch that does not fit the balance', () => {
  test('does not start: exit code 6, nothing stored, nothing sent but the question for the balance', async () => {
    const workshop = await sandboxWorkshop({ balance: 5 * IMAGE - 1 });
    workshop.write('m.yaml', pears(5));
    const ran = await workshop.run(['run', 'm.yaml', '--yes', '--json']);
    expect(ran.code).toBe(6);
    expect(ran.stderr).toContain('1 short');
    expect(JSON.parse(ran.stdout)).toMatchObject({
      jobs: { total: 5, new: 5 },
      cost: { ulazai: { to_pay: 40, balance: 39, shortfall: 1 } },
    });
    expect(workshop.submissions()).toBe(0);
    expect(workshop.query('SELECT count(*) FROM jobs')).toBe(0);
    expect((await workshop.run(['plan', 'm.yaml'])).code).toBe(0);
  });

  test('--partial makes the highest priorities that fit, ends with 6, and goes on when there is more', async () => {
    const workshop = await sandboxWorkshop({ balance: 3 * IMAGE + 5 });
    const rows = [1, 5, 3, 4, 2].map((priority) => ({ priority }));
    workshop.write('m.yaml', pears(0, { rows, id: 'p{{ priority }}', prompt: 'pear {{ priority }}', priority: '{{ priority }}' }));
    const run = await workshop.document(['run', 'm.yaml', '--yes', '--partial'], 6);
    expect(run).toMatchObject({ stopped: 'no_funds', jobs: { total: 5, done: 3, queued: 2 } });
    expect(workshop.files('out/batch')).toEqual(['p3.png', 'p4.png', 'p5.png']);
    expectAgreement(workshop, run.money.ulazai);
    expect(workshop.submissions()).toBe(3);
  });

  test('--partial goes on with cheaper jobs where the dearer ones do not fit', async () => {
    const workshop = await sandboxWorkshop({ balance: 100 });
    workshop.write('m.yaml', {
      name: 'batch',
      jobs: [
        { id: 'film', model: 'ulazai/veo3_fast', prompt: 'a pear turns', priority: 9 },
        { id: 'image', model: 'ulazai/image', prompt: 'a pear' },
      ],
    });
    const run = await workshop.document(['run', 'm.yaml', '--yes', '--partial'], 6);
    expect(run).toMatchObject({ jobs: { done: 1, queued: 1 } });
    expect(workshop.files('out/batch')).toEqual(['image.png']);
  });
});

describe('credits that somebody else spends during the run', () => {
  test('bring a 402: no new submissions, exit code 6, what is in flight is collected, and the next run goes on', async () => {
    const workshop = await sandboxWorkshop({ balance: 130 + 15, speed: 60, limits: '{ concurrency: 1, requests: 100/1s }' });
    workshop.write('m.yaml', pears(3));
    let other: Promise<void> | null = null;
    const ran = await workshop.run(['run', 'm.yaml', '--yes', '--events'], {
      onEvent: ({ state }) => {
        // A film that will fail and be refunded: 7 credits are left meanwhile.
        if (state === 'processing') other ??= workshop.spendElsewhere({ path: '/api/v1/generate/video/', prompt: 'a flagged film' });
      },
    });
    await other;
    expect(ran.code).toBe(6);
    expect(ran.stderr).toContain('Insufficient credits. Need 8, have 7');
    const done = JSON.parse(ran.stdout.trimEnd().split('\n').at(-1)!);
    expect(done).toMatchObject({
      event: 'done',
      stopped: 'no_funds',
      jobs: { done: 1, queued: 2 },
      money: { ulazai: { charged: 8, reserved: 0 } },
    });
    expect(workshop.files('out/batch')).toEqual(['r0.png']);

    await eventually('the other film is refunded', () => workshop.sandbox.ledger.balance('ulazai') === 137);
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 3 }, money: { ulazai: { charged: 24 } } });
    for (const [prompt, times] of workshop.chargesByPrompt()) expect([prompt, times]).toEqual([prompt, 1]);
  });
});

describe('a cap', () => {
  test('in the manifest that the batch does not fit: exit code 8, nothing stored or sent', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', pears(5, { budget: 39 }));
    const ran = await workshop.run(['run', 'm.yaml', '--json']);
    expect(ran.code).toBe(8);
    expect(workshop.submissions()).toBe(0);
    expect(workshop.query('SELECT count(*) FROM jobs')).toBe(0);
  });

  test('stands in the plan: what is spent of it and whether the rest fits, which is no error of a plan', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', pears(4));
    const cost = async (...argv: readonly string[]): Promise<unknown> =>
      JSON.parse((await workshop.run(['plan', 'm.yaml', '--json', ...argv])).stdout).cost.ulazai;
    expect(await cost()).toMatchObject({ cap: null, spent: null });
    expect((await workshop.run(['plan', 'm.yaml'])).stdout).not.toMatch(/\bcap\b|To pay/);
    await workshop.run(['run', 'm.yaml', '--yes', '--select', 'id:r0']);

    const over = await workshop.run(['plan', 'm.yaml', '--max-cost', '20']);
    expect(over.code).toBe(0);
    expect(over.stdout.replaceAll(/\s+/g, ' ')).toContain(
      'ulazai: 24 to pay after 8 spent or in flight: 12 over the cap of 20 credits; `run` refuses, --partial runs what fits',
    );
    expect(await cost('--max-cost', '20')).toMatchObject({ to_pay: 24, cap: 20, spent: 8, by_model: [{ total: 32, to_pay: 24 }] });
    const fits = (await workshop.run(['plan', 'm.yaml', '--max-cost', '32'])).stdout;
    expect(fits).toContain('24 to pay after 8 spent or in flight: within the cap of 32 credits');
    // What is paid already is not to be paid again: the table says both.
    expect(fits).toMatch(/Model +Jobs +Each +Total +To pay\n.*32 credits +24 credits/);
  });

  test('with --partial is never passed, not by one credit, and ends with 8 while jobs wait for it', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', pears(12));
    const run = await workshop.document(['run', 'm.yaml', '--max-cost', '50', '--partial'], 8);
    expect(run).toMatchObject({ stopped: 'budget', jobs: { done: 6, queued: 6 }, money: { ulazai: { charged: 48 } } });
    expectAgreement(workshop, run.money.ulazai);
    // The cap is of the batch to date: the same one again allows nothing, a higher one the rest.
    expect((await workshop.document(['run', 'm.yaml', '--max-cost', '50', '--partial'], 8)).requests.submit).toBe(0);
    expect((await workshop.document(['run', 'm.yaml', '--max-cost', '96'])).jobs.done).toBe(12);
    expectAgreement(workshop, (await workshop.document(['status'])).money.ulazai);
  });

  test('counts refunds: what failed and was given back can be spent again', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write(
      'm.yaml',
      pears(4, { rows: ['flagged', 'a', 'b', 'c'].map((what) => ({ what })), id: '{{ what }}', prompt: 'a {{ what }} pear' }),
    );
    const run = await workshop.document(['run', 'm.yaml', '--max-cost', String(3 * IMAGE), '--partial'], 4);
    expect(run).toMatchObject({ jobs: { done: 3, failed: 1 }, money: { ulazai: { net: 3 * IMAGE } } });
  });

  test('is not checked against an unknown price: the plan refuses it', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('nightshift.config.yaml', `providers: { mayanio: { base_url: ${workshop.sandbox.url} } }`);
    workshop.write('m.yaml', { name: 'batch', model: 'mayanio/nano-banana', id: 'j', prompt: 'a pear', budget: 10 });
    const ran = await workshop.run(['run', 'm.yaml']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('prices');
    expect(workshop.requests()).toBe(0);
  });
});

describe('spending that nobody allowed', () => {
  test('is refused with exit code 2, and nothing is sent or stored', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', pears(2));
    const ran = await workshop.run(['run', 'm.yaml']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('--yes');
    expect(workshop.submissions()).toBe(0);
    expect(workshop.query('SELECT count(*) FROM jobs')).toBe(0);
  });

  test.each(['abc', '', '-1', '1e309', '5,00', 'NaN', '0x10'])('--max-cost %j is refused before any request', async (amount) => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', pears(2));
    expect((await workshop.run(['run', 'm.yaml', `--max-cost=${amount}`])).code).toBe(2);
    expect(workshop.requests()).toBe(0);
  });

  test.each([['run', 'm.yaml'], ['resume']])('does not send again what proves never to have arrived: %s', async (...argv) => {
    const faults: { 'cut-before-charge'?: number } = { 'cut-before-charge': 1 };
    const workshop = await sandboxWorkshop({ faults, settle: '1500ms' });
    workshop.write('m.yaml', pears(1));
    await workshop.document(['run', 'm.yaml', '--yes', '--max-duration', '300ms'], 7);
    delete faults['cut-before-charge'];
    const before = workshop.submissions();
    const settled = await workshop.run([...argv, '--json']);
    expect(JSON.parse(settled.stdout)).toMatchObject({ jobs: { unknown: 0, queued: 1 }, requests: { submit: 0 } });
    expect(settled.stderr).toContain('sent again only with --yes');
    expect(workshop.submissions()).toBe(before);
    expect((await workshop.document([...argv, '--yes'])).jobs).toMatchObject({ done: 1 });
    expect(workshop.spent().charged).toBe(IMAGE);
  });
});

describe('a provider', () => {
  test('that refuses the key: exit code 3 and not one submission', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', pears(3));
    const ran = await workshop.run(['run', 'm.yaml', '--yes'], { env: { ULAZAI_API_KEY: 'ulazai_live_wrong_key' } });
    expect(ran.code).toBe(3);
    expect(workshop.submissions()).toBe(0);
  });

  test('without a key: exit code 3, and the variable is named', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', pears(3));
    const ran = await workshop.run(['run', 'm.yaml', '--yes'], { env: {} });
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('ULAZAI_API_KEY');
    expect(workshop.requests()).toBe(0);
  });

  test('whose documentation never says where it is, and no base_url: exit code 2', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('nightshift.config.yaml', '{}');
    workshop.write('m.yaml', { name: 'batch', model: 'mayanio/nano-banana', id: 'j', prompt: 'a pear' });
    const ran = await workshop.run(['run', 'm.yaml', '--yes']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('providers.mayanio.base_url');
  });

  test('that cannot be reached: exit code 5, nothing stored', async () => {
    const workshop = await sandboxWorkshop();
    const gone = await serve(() => {});
    await gone.close();
    workshop.write('nightshift.config.yaml', `providers: { ulazai: { base_url: ${gone.url} } }`);
    workshop.write('m.yaml', pears(3));
    const ran = await workshop.run(['run', 'm.yaml', '--yes']);
    expect(ran.code).toBe(5);
    expect(ran.stderr).toContain('cannot be reached');
    expect(workshop.query('SELECT count(*) FROM jobs')).toBe(0);
    const plan = await workshop.run(['plan', 'm.yaml', '--json']);
    expect(plan.code).toBe(0);
    expect(JSON.parse(plan.stdout).cost.ulazai).toMatchObject({ to_pay: 24, balance: null, shortfall: null });
  });

  test('that refuses the key in the middle: 3, the others go on, and a run with the right key finishes', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', {
      name: 'batch',
      rows: [{ n: 1 }, { n: 2 }],
      jobs: [
        { id: 'u{{ n }}', model: 'ulazai/image', prompt: 'pear {{ n }}' },
        { id: 'm{{ n }}', model: 'mayanio/nano-banana', prompt: 'pear {{ n }}' },
      ],
    });
    const ran = await workshop.run(['run', 'm.yaml', '--yes', '--json'], { env: { ...workshop.env, MAYANIO_API_KEY: 'mayanio_wrong' } });
    expect(ran.code).toBe(3);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      stopped: 'auth',
      jobs: { done: 2, queued: 2 },
      money: { mayanio: { charged: 0, reserved: 0 } },
    });
    const again = await workshop.document(['run', 'm.yaml', '--yes']);
    expect(again).toMatchObject({ jobs: { done: 4 }, requests: { submit: 2 } });
    expect(workshop.spent('ulazai').charged).toBe(16);
    expect(workshop.spent('mayanio').charged).toBe(16);
  });
});

test('the report of a batch stays as it was when a later batch has spent: each explains its own balances alone', async () => {
  const workshop = await sandboxWorkshop();
  workshop.write('first.yaml', pears(2, { name: 'first' }));
  workshop.write('second.yaml', pears(3, { name: 'second', prompt: 'plum number {{ row }}' }));
  await workshop.document(['run', 'first.yaml', '--yes']);
  const explanation = async (batch: string): Promise<unknown> => {
    const { stdout } = await workshop.run(['report', batch, '--json']);
    const { other_batches, difference, verdict, explanation } = JSON.parse(stdout).report.money.ulazai;
    return { other_batches, difference, verdict, explanation };
  };
  const alone = await explanation('first');
  expect(alone).toMatchObject({ other_batches: 0, difference: 0, verdict: 'reconciles' });
  await workshop.document(['run', 'second.yaml', '--yes']);
  expect(await explanation('first')).toEqual(alone);
  expect(await explanation('second')).toMatchObject({ other_batches: 0, difference: 0, verdict: 'reconciles' });
});

test('what the report calls quoted is to be held against what was charged: every attempt, and what is queued', async () => {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', pears(2));
  await workshop.document(['run', 'm.yaml', '--yes']);
  await workshop.run(['regenerate', 'r0', '--yes']);
  const money = async (): Promise<unknown> => JSON.parse((await workshop.run(['report', '--json'])).stdout).report.money.ulazai;
  expect(await money()).toMatchObject({ jobs: 2, quoted: 3 * IMAGE, charged: 2 * IMAGE });
  await workshop.document(['resume', '--yes']);
  expect(await money()).toMatchObject({ jobs: 2, quoted: 3 * IMAGE, charged: 3 * IMAGE, gaps: [], by_model: [{ quoted: 3 * IMAGE }] });
});
