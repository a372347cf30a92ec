import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, describe, expect, test } from 'vitest';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

const IMAGE = 8;

/** A manifest of one image a prompt. */
function images(prompts: readonly string[], more: object = {}): object {
  return {
    name: 'batch',
    model: 'ulazai/image',
    rows: prompts.map((what, row) => ({ what, row })),
    id: 'r{{ row }}',
    prompt: '{{ what }}',
    ...more,
  };
}

async function made(prompts: readonly string[], more: object = {}): Promise<Workshop> {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', images(prompts, more));
  await workshop.document(['run', 'm.yaml', '--yes']);
  return workshop;
}

test('the plan says which jobs failed and stay so, as resume --dry-run does: the run after it ends with 4 for them', async () => {
  const workshop = await sandboxWorkshop({ failRate: 1 });
  workshop.write('m.yaml', images(['a pear', 'an apple', 'a plum']));
  await workshop.document(['run', 'm.yaml', '--yes'], 4);
  const said = (count: string): string => `${count} failed or rejected: left as they are; \`nightshift retry batch\` queues what failed`;
  const shown = async (...argv: readonly string[]): Promise<string> => (await workshop.run(argv)).stdout.replaceAll(/\s+/g, ' ');
  expect(await shown('plan', 'm.yaml')).toContain(said('3 jobs'));
  expect(await shown('resume', '--dry-run')).toContain(said('3 jobs'));
  // One that is edited is made anew, when the run means it.
  workshop.write('m.yaml', images(['a pear', 'a green apple', 'a plum']));
  expect(await shown('plan', 'm.yaml')).toContain(said('2 jobs'));
  expect(await shown('plan', 'm.yaml', '--select', 'id:r0')).toContain(said('3 jobs'));
});

describe('a manifest that is run again', () => {
  test('pays for nothing that is there, and sends nothing that could', async () => {
    const workshop = await made(['a pear', 'an apple', 'a plum']);
    const { submissions, before } = { submissions: workshop.submissions(), before: workshop.files() };
    const again = await workshop.document(['run', 'm.yaml', '--yes']);
    expect(again).toMatchObject({ stopped: 'completed', jobs: { total: 3, done: 3 }, requests: { submit: 0, poll: 0 } });
    expect(workshop.submissions()).toBe(submissions);
    expect(workshop.files()).toEqual(before);
    expect(again.money.ulazai).toMatchObject({ charged: 3 * IMAGE, difference: 0 });
  });

  test('pays for exactly the rows that changed or are new; a removed one stays paid and stays on disk', async () => {
    const workshop = await made(['a pear', 'an apple', 'a plum']);
    workshop.write('m.yaml', images(['a pear', 'a green apple']));
    const plan = await workshop.run(['plan', 'm.yaml', '--json']);
    expect(JSON.parse(plan.stdout)).toMatchObject({
      jobs: { total: 2, new: 0, changed: 1, unchanged: 1, missing: 0, removed: 1 },
      cost: { ulazai: { total: 2 * IMAGE, to_pay: IMAGE } },
    });
    const again = await workshop.document(['run', 'm.yaml', '--yes']);
    expect(again.requests.submit).toBe(1);
    expect(workshop.chargesByPrompt()).toEqual(
      new Map([
        ['a pear', 1],
        ['an apple', 1],
        ['a plum', 1],
        ['a green apple', 1],
      ]),
    );
    expect(again.money.ulazai).toMatchObject({ charged: 4 * IMAGE, difference: 0 });
    expect(workshop.files('out/batch')).toEqual(['r0.png', 'r1.a1.png', 'r1.png', 'r2.png']);
  });

  test('pays for nothing when only names, tags, priority or the order of keys change', async () => {
    const workshop = await made(['a pear', 'an apple']);
    workshop.write('m.yaml', images(['a pear', 'an apple'], { tags: ['fruit'], priority: 3, params: {} }));
    const again = await workshop.document(['run', 'm.yaml', '--yes']);
    expect(again.requests.submit).toBe(0);
    expect((await workshop.jobs()).map((job) => job.tags)).toEqual([['fruit'], ['fruit']]);
  });

  test('downloads a missing output again without paying, and brings the same bytes', async () => {
    const workshop = await made(['a pear', 'an apple']);
    const file = join(workshop.folder, 'out/batch/r1.png');
    const before = readFileSync(file);
    rmSync(file);
    const plan = await workshop.run(['plan', 'm.yaml', '--json']);
    expect(JSON.parse(plan.stdout)).toMatchObject({ jobs: { unchanged: 1, missing: 1 }, cost: { ulazai: { to_pay: 0 } } });
    const again = await workshop.document(['run', 'm.yaml', '--yes']);
    expect(again).toMatchObject({ stopped: 'completed', jobs: { done: 2 }, requests: { submit: 0 } });
    expect(readFileSync(file)).toEqual(before);
  });

  test('resume finishes nothing of a finished batch and says so', async () => {
    const workshop = await made(['a pear']);
    const ran = await workshop.run(['resume', '--yes']);
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('Nothing to do: everything is there')]);
    expect(workshop.submissions()).toBe(1);
    expect((await workshop.document(['resume', 'batch', '--yes'])).requests.submit).toBe(0);
  });
});

describe('failed jobs', () => {
  test('are refunded, reported with exit code 4, left alone by the next run, and made again after retry', async () => {
    const workshop = await sandboxWorkshop();
    // A flagged prompt is taken, charged, failed and refunded.
    workshop.write('m.yaml', images(['a pear', 'a flagged pear', 'an apple']));
    const run = await workshop.document(['run', 'm.yaml', '--yes'], 4);
    expect(run).toMatchObject({ stopped: 'failures', jobs: { total: 3, done: 2, failed: 1 } });
    expect(run.money.ulazai).toMatchObject({ charged: 3 * IMAGE, refunded: IMAGE, net: 2 * IMAGE, difference: 0 });
    expect(workshop.spent()).toEqual({ charged: 3 * IMAGE, refunded: IMAGE, net: 2 * IMAGE });
    const failed = (await workshop.jobs()).find((job) => job.id === 'r1');
    expect(failed).toMatchObject({
      state: 'failed',
      charged: IMAGE,
      refunded: IMAGE,
      error: { class: 'moderated', charged: 'no' },
      outputs: [],
    });

    expect((await workshop.document(['run', 'm.yaml', '--yes'], 4)).requests.submit).toBe(0);

    const retry = await workshop.run(['retry', '--yes', '--json']);
    expect(JSON.parse(retry.stdout).retry).toEqual({
      batch: 'batch',
      requeued: 1,
      left: 0,
      cost: { ulazai: { unit: 'credits', total: IMAGE } },
    });
    const resumed = await workshop.document(['resume', '--yes'], 4);
    expect(resumed.requests.submit).toBe(1);
    expect(resumed.money.ulazai).toMatchObject({ charged: 4 * IMAGE, refunded: 2 * IMAGE, difference: 0 });
    expect((await workshop.jobs()).find((job) => job.id === 'r1')?.attempt).toBe(2);
  });

  test('a refused prompt is rejected, costs nothing, and ends with 4', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', images(['a pear', 'a forbidden pear']));
    const run = await workshop.document(['run', 'm.yaml', '--yes'], 4);
    expect(run).toMatchObject({ stopped: 'failures', jobs: { done: 1, rejected: 1 } });
    expect(run.money.ulazai).toMatchObject({ charged: IMAGE, refunded: 0, reserved: 0, difference: 0 });
    expect((await workshop.jobs())[1]?.error).toMatchObject({
      http_status: 422,
      charged: 'no',
      message: expect.stringContaining('Content policy'),
    });
    const retry = await workshop.run(['retry', '--yes', '--json']);
    expect(JSON.parse(retry.stdout).retry).toMatchObject({ requeued: 0, left: 1 });
  });

  test('of a bad night are all refunded, and the sums agree to the credit', async () => {
    const workshop = await sandboxWorkshop({ failRate: 0.4 });
    workshop.write('m.yaml', images(Array.from({ length: 20 }, (_, row) => `pear number ${row}`)));
    const run = await workshop.document(['run', 'm.yaml', '--yes'], 4);
    expect(run.jobs.done + run.jobs.failed).toBe(20);
    expect(run.jobs.failed).toBeGreaterThan(0);
    expect(run.money.ulazai).toMatchObject({ ...workshop.spent(), reserved: 0, unknown: 0, difference: 0 });
    expect(run.money.ulazai?.refunded).toBe(run.jobs.failed * IMAGE);
  });

  test.each(['ulazai/sora-2', 'ulazai/kling-3.0', 'ulazai/studio/veo31_fast', 'ulazai/veo3_fast'])(
    'of %s are refunded, on the word of the answer or of the account',
    async (model) => {
      const workshop = await sandboxWorkshop();
      const params = model.includes('kling') ? { duration: 3, quality: 'std' } : model.includes('studio') ? { aspect_ratio: '16:9' } : {};
      workshop.write('m.yaml', { name: 'batch', model, id: 'j', prompt: 'a flagged pear', params });
      const run = await workshop.document(['run', 'm.yaml', '--yes'], 4);
      expect(workshop.spent().net).toBe(0);
      expect(run.jobs.failed).toBe(1);
      expect(run.money.ulazai).toMatchObject({ net: 0, reserved: 0, unknown: 0, difference: 0 });
      expect((await workshop.jobs())[0]?.error?.charged).toBe('no');
    },
  );

  test('of MayanIO, whose answer does not speak of points, are counted as paid and said to be unsettled', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', { name: 'batch', model: 'mayanio/nano-banana', id: 'j', prompt: 'a flagged pear' });
    const run = await workshop.document(['run', 'm.yaml', '--yes'], 4);
    expect(run.money.mayanio).toMatchObject({ charged: 8, refunded: 0, net: 8, reserved: 0, unknown: 0 });
    expect((await workshop.jobs())[0]?.error).toMatchObject({ class: 'moderated', charged: 'unknown' });
  });

  test('--fail-fast submits nothing more after the first, and still collects what is in flight', async () => {
    const workshop = await sandboxWorkshop({ speed: 600 });
    workshop.write('m.yaml', images(['a forbidden pear', ...Array.from({ length: 30 }, (_, row) => `pear number ${row}`)]));
    const run = await workshop.document(['run', 'm.yaml', '--yes', '--fail-fast'], 4);
    expect(run).toMatchObject({ stopped: 'failures', jobs: { total: 31, rejected: 1, submitting: 0, processing: 0, ready: 0 } });
    expect(run.jobs.queued).toBeGreaterThan(20);
    expect(run.jobs.done * IMAGE).toBe(workshop.spent().net);
  });
});

describe('a local input file', () => {
  test('that three jobs use is uploaded once, and its URL is what is sent', async () => {
    const workshop = await sandboxWorkshop();
    const photo = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#884422' } })
      .png()
      .toBuffer();
    workshop.write('photos/chair.png', photo);
    workshop.write('m.yaml', images(['red', 'green', 'blue'], { params: { images: ['photos/chair.png'] } }));
    const run = await workshop.document(['run', 'm.yaml', '--yes']);
    expect(run.jobs.done).toBe(3);
    expect(workshop.sandbox.ledger.requests()['POST /kling30/api/upload/']).toBe(1);
    const request = workshop.query<string>('SELECT request FROM attempts LIMIT 1');
    expect(request).toContain(`${workshop.sandbox.url}/files/uploads/`);
    // Nor again in a later run.
    workshop.write('m.yaml', images(['red', 'green', 'yellow'], { params: { images: ['photos/chair.png'] } }));
    expect((await workshop.document(['run', 'm.yaml', '--yes'])).requests.submit).toBe(1);
    expect(workshop.sandbox.ledger.requests()['POST /kling30/api/upload/']).toBe(1);
  });

  test('whose content changes is uploaded anew, and exactly its jobs are paid again', async () => {
    const workshop = await sandboxWorkshop();
    const photo = (background: string) =>
      sharp({ create: { width: 64, height: 48, channels: 3, background } })
        .png()
        .toBuffer();
    workshop.write('a.png', await photo('#884422'));
    workshop.write('b.png', await photo('#224488'));
    workshop.write('m.yaml', {
      name: 'batch',
      model: 'ulazai/image',
      rows: [{ file: 'a.png' }, { file: 'b.png' }],
      id: '{{ file }}',
      prompt: 'on a table',
      params: { images: ['{{ file }}'] },
    });
    await workshop.document(['run', 'm.yaml', '--yes']);
    workshop.write('b.png', await photo('#00ff00'));
    const again = await workshop.document(['run', 'm.yaml', '--yes']);
    expect(again.requests.submit).toBe(1);
    expect(workshop.sandbox.ledger.requests()['POST /kling30/api/upload/']).toBe(3);
    expect((await workshop.jobs()).map((job) => job.attempt)).toEqual([1, 2]);
  });
});
