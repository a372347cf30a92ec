import { afterEach, describe, expect, test } from 'vitest';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

const RUN = {
  schema_version: 1,
  batch: 'batch',
  stopped: expect.toBeOneOf(['completed', 'failures', null]),
  jobs: {
    total: expect.any(Number),
    queued: expect.any(Number),
    submitting: expect.any(Number),
    processing: expect.any(Number),
    ready: expect.any(Number),
    done: expect.any(Number),
    failed: expect.any(Number),
    rejected: expect.any(Number),
    canceled: expect.any(Number),
    unknown: expect.any(Number),
  },
  money: {
    ulazai: {
      unit: 'credits',
      quoted: expect.any(Number),
      reserved: expect.any(Number),
      charged: expect.any(Number),
      refunded: expect.any(Number),
      net: expect.any(Number),
      unknown: expect.any(Number),
      balance_before: expect.any(Number),
      balance_after: expect.any(Number),
      difference: expect.any(Number),
    },
  },
  outputs: { files: expect.any(Number), bytes: expect.any(Number) },
  requests: { submit: expect.any(Number), poll: expect.any(Number), other: expect.any(Number), throttled: expect.any(Number) },
  remaining: null,
  started_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
  ended_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
  report: expect.stringMatching(/batch\.html$/),
};

const PLAN = {
  schema_version: 1,
  batch: 'batch',
  jobs: { total: 2, new: 2, changed: 0, unchanged: 0, missing: 0, removed: 0 },
  cost: {
    ulazai: {
      unit: 'credits',
      total: 16,
      to_pay: 16,
      unpriced_jobs: 0,
      balance: 2500,
      shortfall: 0,
      cap: null,
      spent: null,
      by_model: [{ model: 'ulazai/image', jobs: 2, unit_price: 8, total: 16, to_pay: 16 }],
    },
  },
  time: {
    seconds: expect.any(Number),
    seconds_low: expect.any(Number),
    seconds_high: expect.any(Number),
    limited_by: expect.any(String),
  },
  problems: [],
  changes: ['r0', 'r1'].map((id) => ({
    id,
    change: 'new',
    model: 'ulazai/image',
    cost: 8,
    reason: 'not in the queue yet',
    fields: [],
    files: [],
  })),
};

async function made(prompts = ['a pear', 'a flagged pear']): Promise<Workshop> {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', {
    name: 'batch',
    model: 'ulazai/image',
    rows: prompts.map((what, n) => ({ what, n })),
    id: 'r{{ n }}',
    prompt: '{{ what }}',
    tags: ['fruit'],
    params: { aspect_ratio: '1:1' },
  });
  return workshop;
}

async function json(workshop: Workshop, argv: readonly string[], code = 0): Promise<Record<string, unknown>> {
  const ran = await workshop.run([...argv, '--json']);
  expect([ran.code, argv.join(' ')]).toEqual([code, argv.join(' ')]);
  return JSON.parse(ran.stdout) as Record<string, unknown>;
}

describe('the JSON documents have exactly the fields of the contract', () => {
  test('plan, estimate and run --dry-run, which change nothing', async () => {
    const workshop = await made();
    for (const argv of [
      ['plan', 'm.yaml'],
      ['estimate', 'm.yaml'],
      ['run', 'm.yaml', '--dry-run'],
    ]) {
      const document = await json(workshop, argv);
      expect(document).toEqual(PLAN);
      expect(Object.keys(document)).toEqual(Object.keys(PLAN));
    }
    expect(workshop.submissions()).toBe(0);
    expect(workshop.files('.')).toEqual(['m.yaml', 'nightshift.config.yaml']);
  });

  test('run, status and resume', async () => {
    const workshop = await made();
    const run = await json(workshop, ['run', 'm.yaml', '--yes'], 4);
    expect(run).toEqual(RUN);
    expect(Object.keys(run)).toEqual(Object.keys(RUN));
    const { running, limits, ...status } = await json(workshop, ['status']);
    expect(status).toEqual(run);
    expect(running).toBe(false);
    expect(limits).toMatchObject({ ulazai: { cap: null, spent: (run.money as typeof RUN.money).ulazai.net } });
    expect(await json(workshop, ['resume', 'batch', '--yes'], 4)).toEqual(RUN);
  });

  test('jobs', async () => {
    const workshop = await made();
    await workshop.run(['run', 'm.yaml', '--yes']);
    const time = expect.stringMatching(/Z$/);
    const common = {
      model: 'ulazai/image',
      attempt: 1,
      tags: ['fruit'],
      quote: 8,
      charged: 8,
      remote_id: expect.any(String),
      created_at: time,
      submitted_at: time,
      completed_at: time,
    };
    const document = await json(workshop, ['jobs']);
    expect(document).toEqual({
      schema_version: 1,
      batch: 'batch',
      jobs: [
        {
          ...common,
          id: 'r0',
          state: 'done',
          vars: { what: 'a pear', n: 0 },
          params: { aspect_ratio: '1:1', prompt: 'a pear' },
          refunded: null,
          error: null,
          outputs: [
            { path: 'r0.png', bytes: expect.any(Number), sha256: expect.stringMatching(/^[0-9a-f]{64}$/), media_type: 'image/png' },
          ],
        },
        {
          ...common,
          id: 'r1',
          state: 'failed',
          vars: { what: 'a flagged pear', n: 1 },
          params: { aspect_ratio: '1:1', prompt: 'a flagged pear' },
          refunded: 8,
          error: { class: 'moderated', http_status: 200, message: expect.stringContaining('Content policy'), charged: 'no' },
          outputs: [],
        },
      ],
    });
    expect((await json(workshop, ['jobs', '--limit', '1'])).jobs).toHaveLength(1);
    expect(await json(workshop, ['ls'])).toEqual(document);
  });

  test('balance', async () => {
    const workshop = await sandboxWorkshop({ balance: 77 });
    expect(await json(workshop, ['balance'])).toEqual({
      schema_version: 1,
      providers: { ulazai: { unit: 'credits', balance: 77 }, mayanio: { unit: 'points', balance: null } },
    });
    expect((await workshop.run(['balance', '--json'], { env: { ULAZAI_API_KEY: 'wrong_ulazai_key' } })).code).toBe(3);
  });

  test('models: every family, and every slug of the API with its price', async () => {
    const workshop = await sandboxWorkshop();
    const { models } = (await json(workshop, ['models'])) as { models: { model: string; price: number | null; source: string | null }[] };
    expect(models.map(({ model }) => model)).toEqual(
      expect.arrayContaining([
        'ulazai/image',
        'ulazai/veo3_fast',
        'ulazai/sora-2',
        'ulazai/kling-3.0',
        'mayanio/nano-banana',
        'mayanio/image-to-3d',
      ]),
    );
    expect(models.find(({ model }) => model === 'ulazai/studio/veo31_fast')).toMatchObject({ price: 100, source: 'api' });
    expect(models.find(({ model }) => model === 'ulazai/image/seedream_5_lite')).toMatchObject({ price: 8 });
    expect(models.find(({ model }) => model === 'mayanio/nano-banana')).toMatchObject({ price: 8, source: 'configuration' });
  });

  test('report --json adds up to the same sums', async () => {
    const workshop = await made();
    const run = await workshop.document(['run', 'm.yaml', '--yes'], 4);
    const report = JSON.stringify(await json(workshop, ['report']));
    expect(report).toContain('"batch":"batch"');
    for (const format of ['table', 'csv', 'md', 'html'] as const) {
      const ran = await workshop.run(['report', '--format', format]);
      expect(ran.code).toBe(0);
      expect(ran.stdout).toContain('ulazai/image');
    }
    expect(run.money.ulazai).toMatchObject({ charged: 16, refunded: 8, net: 8 });
  });
});

describe('--events', () => {
  test('begins with launch, ends with done, and shows every step of every job in order', async () => {
    const workshop = await made();
    const ran = await workshop.run(['run', 'm.yaml', '--yes', '--events']);
    const events = ran.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events[0]).toMatchObject({ event: 'launch', schema_version: 1, command: 'run', pid: process.pid });
    const { event, ...done } = events.at(-1) ?? {};
    expect(event).toBe('done');
    expect(done).toEqual(RUN);
    const steps = (id: string) => events.filter((each) => each.event === 'job' && each.id === id).map((each) => each.state);
    expect(steps('r0')).toEqual(['submitting', 'processing', 'ready', 'done']);
    expect(steps('r1')).toEqual(['submitting', 'processing', 'failed']);
  });

  test('and --json exclude each other', async () => {
    const workshop = await made();
    expect((await workshop.run(['run', 'm.yaml', '--json', '--events'])).code).toBe(2);
  });

  test.each([['--json'], ['--events']])('a refused run %s still ends its stream with why', async (flag) => {
    const workshop = await sandboxWorkshop({ balance: 3 });
    workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'r', prompt: 'a pear' });
    const ran = await workshop.run(['run', 'm.yaml', '--yes', flag]);
    expect(ran.code).toBe(6);
    const last = flag === '--json' ? ran.stdout : ran.stdout.trimEnd().split('\n').at(-1)!;
    expect(JSON.parse(last)).toMatchObject({ schema_version: 1, cost: { ulazai: { shortfall: 5 } } });
  });
});
