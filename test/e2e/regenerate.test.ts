import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { RegenerateDocument } from '../../src/cli/action-documents.ts';
import type { ShowDocument } from '../../src/cli/show-document.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

const IMAGE = 8;

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

async function made(prompts: readonly string[], more: object = {}, code = 0): Promise<Workshop> {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', images(prompts, more));
  await workshop.document(['run', 'm.yaml', '--yes'], code);
  return workshop;
}

async function regenerate(workshop: Workshop, ...argv: readonly string[]): Promise<RegenerateDocument['regenerate']> {
  const ran = await workshop.run(['regenerate', ...argv, '--yes', '--json']);
  if (ran.code !== 0) throw new Error(`regenerate ended with ${ran.code}: ${ran.stderr}`);
  return (JSON.parse(ran.stdout) as RegenerateDocument).regenerate;
}

const file = (workshop: Workshop, name: string): Buffer => readFileSync(join(workshop.folder, 'out/batch', name));

describe('regenerate', () => {
  test('queues a new paid attempt; the old file keeps its number, the new one takes the plain name', async () => {
    const workshop = await made(['a pear', 'an apple']);
    const before = file(workshop, 'r1.png');
    const { submissions } = { submissions: workshop.submissions() };
    expect(await regenerate(workshop, 'r1')).toEqual({
      batch: 'batch',
      requeued: [{ id: 'r1', model: 'ulazai/image', attempt: 1, next_attempt: 2, quote: IMAGE, prompt: null, note: null }],
      skipped: [],
      cost: { ulazai: { unit: 'credits', total: IMAGE } },
    });
    expect(workshop.submissions()).toBe(submissions);
    expect(workshop.files('out/batch')).toEqual(['r0.png', 'r1.png']);

    const run = await workshop.document(['resume', '--yes']);
    expect(run.requests.submit).toBe(1);
    expect(run.money.ulazai).toMatchObject({ charged: 3 * IMAGE, net: 3 * IMAGE, difference: 0 });
    expect(workshop.spent().net).toBe(3 * IMAGE);
    expect(workshop.files('out/batch')).toEqual(['r0.png', 'r1.a1.png', 'r1.png']);
    expect(file(workshop, 'r1.a1.png')).toEqual(before);
    expect(file(workshop, 'r1.png')).not.toEqual(before);

    await regenerate(workshop, 'r1');
    // The manifest is unchanged, so that it may be run again as well.
    expect((await workshop.document(['run', 'm.yaml', '--yes'])).requests.submit).toBe(1);
    expect(workshop.files('out/batch')).toEqual(['r0.png', 'r1.a1.png', 'r1.a2.png', 'r1.png']);
    expect(file(workshop, 'r1.a1.png')).toEqual(before);
    const { job } = JSON.parse((await workshop.run(['show', 'r1', '--json'])).stdout) as ShowDocument;
    expect(job.attempts.map(({ attempt, files }) => [attempt, files[0]?.path, files[0]?.on_disk])).toEqual([
      [1, 'r1.a1.png', true],
      [2, 'r1.a2.png', true],
      [3, 'r1.png', true],
    ]);
    expect(job.net).toBe(3 * IMAGE);
    expect(job.regenerations.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  test('--dry-run says the price and changes nothing; without a yes nothing is queued', async () => {
    const workshop = await made(['a pear', 'an apple', 'a plum']);
    const dry = await workshop.run(['regenerate', '--select', 'id:r[01]', '--dry-run', '--json']);
    expect(dry.code).toBe(0);
    expect(dry.stderr).toContain(`2 jobs would be queued again, for ${2 * IMAGE} credits of ulazai`);
    expect(JSON.parse(dry.stdout).regenerate).toMatchObject({ dry_run: true, cost: { ulazai: { total: 2 * IMAGE } } });
    const refused = await workshop.run(['regenerate', 'r0']);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`${IMAGE} credits of ulazai when they run again, for 1 job`),
    });
    expect((await workshop.jobs()).map(({ state }) => state)).toEqual(['done', 'done', 'done']);
  });

  test('a --max-cost that the batch would pass refuses before anything is queued', async () => {
    const workshop = await made(['a pear', 'an apple']);
    const ran = await workshop.run(['regenerate', 'r0', 'r1', '--max-cost', '25']);
    expect(ran).toMatchObject({ code: 8, stderr: expect.stringContaining('the cap is 25 credits. Nothing was changed') });
    expect((await workshop.run(['regenerate', 'r0', '--max-cost', '24'])).code).toBe(0);
    expect((await workshop.run(['regenerate', 'r1', '--max-cost', '24'])).code).toBe(8);
  });

  test('leaves alone what is not finished, and says what to do with it', async () => {
    const workshop = await made(['a pear', 'a flagged pear', 'a forbidden pear'], {}, 4);
    expect(await workshop.run(['regenerate', 'r1', '--yes'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('r1 cannot be made again: it is failed: `nightshift retry batch --select id:r1` tries it again'),
    });
    expect((await regenerate(workshop, 'r0', 'r2')).skipped).toMatchObject([{ id: 'r2', why: expect.stringContaining('rejected') }]);
    expect(await workshop.run(['regenerate', 'r0', '--yes'])).toMatchObject({ code: 2, stderr: expect.stringContaining('attempt 2') });
    expect(await workshop.run(['regenerate', 'r9', '--yes'])).toMatchObject({ code: 2, stderr: expect.stringContaining('no job "r9"') });
    expect((await workshop.run(['regenerate', '--yes'])).code).toBe(2);
    expect((await workshop.run(['regenerate', 'r0', '--select', 'id:*', '--yes'])).code).toBe(2);
  });

  test('a process that ended between renaming the old file and recording it is made good', async () => {
    const workshop = await made(['a pear']);
    const before = file(workshop, 'r0.png');
    await regenerate(workshop, 'r0');
    renameSync(join(workshop.folder, 'out/batch/r0.png'), join(workshop.folder, 'out/batch/r0.a1.png'));
    await workshop.document(['resume', '--yes']);
    expect(workshop.files('out/batch')).toEqual(['r0.a1.png', 'r0.png']);
    expect(file(workshop, 'r0.a1.png')).toEqual(before);
    expect(workshop.query('SELECT group_concat(path) FROM (SELECT path FROM outputs ORDER BY id)')).toBe('r0.a1.png,r0.png');
  });

  test('a name that another job’s file has is not taken: the job waits, nothing is overwritten, the run ends with 4', async () => {
    const workshop = await sandboxWorkshop();
    const rows = [{ id: 'r' }, { id: 'r.a1' }];
    workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', rows, id: '{{ id }}', prompt: 'a pear for {{ id }}' });
    await workshop.document(['run', 'm.yaml', '--yes']);
    const other = file(workshop, 'r.a1.png');
    await regenerate(workshop, 'r');
    const ran = await workshop.run(['resume', '--yes', '--max-duration', '20s']);
    expect(ran.code).toBe(4);
    expect(ran.stderr).toContain('another file has that name. Move it away and run again');
    expect(file(workshop, 'r.a1.png')).toEqual(other);
    expect(workshop.spent().net).toBe(3 * IMAGE);
  }, 30_000);

  test('when it fails, the old file stays where it is and the refund is booked', async () => {
    const workshop = await made(['a pear']);
    workshop.write('d.csv', 'id,attempt,decision,prompt\nr0,1,reject,a flagged pear\n');
    await regenerate(workshop, '--from', 'd.csv');
    const run = await workshop.document(['resume', '--yes'], 4);
    expect(run.money.ulazai).toMatchObject({ charged: 2 * IMAGE, refunded: IMAGE, net: IMAGE, difference: 0 });
    expect(workshop.files('out/batch')).toContain('r0.png');
  });
});

describe('regenerate --from decisions.csv', () => {
  test('makes again what is rejected, with another prompt where one is given, and not twice', async () => {
    const workshop = await made(['a pear', 'an apple', 'a plum']);
    const decisions = [
      'id,attempt,output,decision,star,note,prompt',
      'r0,1,r0.png,pick,yes,,',
      'r1,1,r1.png,reject,,too dark,a bright apple',
      'r2,1,r2.png,reject,,again,',
    ];
    workshop.write('decisions.csv', `${decisions.join('\r\n')}\r\n`);
    expect((await regenerate(workshop, '--from', 'decisions.csv')).requeued).toMatchObject([
      { id: 'r1', prompt: 'a bright apple', note: 'too dark' },
      { id: 'r2', prompt: null, note: 'again' },
    ]);
    const twice = await regenerate(workshop, '--from', 'decisions.csv');
    expect(twice).toMatchObject({ requeued: [], skipped: [{ why: 'it is queued already, for its attempt 2' }, {}], cost: {} });

    await workshop.document(['resume', '--yes']);
    expect(workshop.chargesByPrompt()).toEqual(
      new Map([
        ['a pear', 1],
        ['an apple', 1],
        ['a plum', 2],
        ['a bright apple', 1],
      ]),
    );
    const after = await regenerate(workshop, '--from', 'decisions.csv');
    expect(after.requeued).toEqual([]);
    expect(after.skipped[0]).toEqual({ id: 'r1', why: 'the decision is about its attempt 1, and attempt 2 has been made since' });

    // The manifest is as it was: running it pays for nothing, and takes nothing back.
    expect((await workshop.document(['run', 'm.yaml', '--yes'])).requests.submit).toBe(0);
    const { job } = JSON.parse((await workshop.run(['show', 'r1', '--json'])).stdout) as ShowDocument;
    expect(job).toMatchObject({
      state: 'done',
      asked_prompt: 'a bright apple',
      regenerations: [{ attempt: 1, note: 'too dark', prompt: 'a bright apple' }],
    });
    // A change in the manifest takes the place of what was asked for.
    workshop.write('m.yaml', images(['a pear', 'a red apple', 'a plum']));
    expect((await workshop.document(['run', 'm.yaml', '--yes'])).requests.submit).toBe(1);
    expect(workshop.chargesByPrompt().get('a red apple')).toBe(1);
  });

  test('written by hand without attempts: carried out once, also after the result has come', async () => {
    const workshop = await made(['a pear']);
    workshop.write('d.csv', 'id,decision,note\nr0,reject,blurry\n');
    expect((await regenerate(workshop, '--from', 'd.csv')).requeued).toHaveLength(1);
    await workshop.document(['resume', '--yes']);
    expect(await regenerate(workshop, '--from', 'd.csv')).toMatchObject({
      requeued: [],
      skipped: [{ id: 'r0', why: 'this decision was carried out already, on attempt 1' }],
    });
    workshop.write('d.csv', 'id,decision,note\nr0,reject,still blurry\n');
    expect((await regenerate(workshop, '--from', 'd.csv')).requeued).toHaveLength(1);
  });

  test('refuses a file with a fault, a foreign id, a prompt that the model does not take or that holds a key', async () => {
    const workshop = await made(['a pear', 'an apple']);
    const long = 'x'.repeat(100_000);
    const rows = ['id,attempt,decision,prompt', 'r0,1,reject,', 'r7,1,reject,', `r1,1,reject,${workshop.sandbox.keys.ulazai}`];
    workshop.write('d.csv', rows.join('\n'));
    const secret = await workshop.run(['regenerate', '--from', 'd.csv', '--yes', '--json']);
    expect(secret).toMatchObject({ code: 2, stderr: expect.stringContaining('d.csv:4: prompt: holds one of the configured API keys') });
    expect(secret.stderr + secret.stdout).not.toContain(workshop.sandbox.keys.ulazai);
    workshop.write('d.csv', [...rows.slice(0, 3), `r1,1,reject," "`].join('\n'));
    expect((await workshop.run(['regenerate', '--from', 'd.csv', '--yes'])).stderr).toContain(
      'd.csv:3: id: the batch "batch" has no job "r7"',
    );
    expect((await workshop.run(['regenerate', '--from', 'none.csv', '--yes'])).code).toBe(2);
    workshop.write('d.csv', `id,attempt,decision,prompt\nr0,1,reject,${long}\n`);
    await workshop.run(['regenerate', '--from', 'd.csv', '--yes']);
    expect((await workshop.jobs()).every(({ state, attempt }) => attempt === 1 && state !== 'submitting')).toBe(true);
  });

  test('a review that goes on: of several attempts the latest counts, and several files of one are made again together', async () => {
    const workshop = await made(['a pear']);
    await regenerate(workshop, 'r0');
    await workshop.document(['resume', '--yes']);
    const rows = [
      'r0,1,r0.a1.png,reject,too dark,a bright pear',
      'r0,2,r0-1.png,reject,too bright,',
      'r0,2,r0-2.png,reject,too small,a dim pear',
    ];
    workshop.write('d.csv', `id,attempt,output,decision,note,prompt\n${rows.join('\n')}\n`);
    expect((await regenerate(workshop, '--from', 'd.csv')).requeued).toMatchObject([
      { id: 'r0', attempt: 2, note: 'too bright; too small', prompt: 'a dim pear' },
    ]);
    workshop.write('d.csv', 'id,attempt,output,decision,prompt\nr0,2,a.png,reject,one\nr0,2,b.png,reject,another\n');
    expect(await workshop.run(['regenerate', '--from', 'd.csv', '--yes'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('d.csv:3: prompt: differs from line 2'),
    });
  });

  test('of several rejected attempts that one counts whose result is in force, also when it is not the last that was made', async () => {
    const workshop = await made(['a pear']);
    for (const prompt of ['a plum', 'a pear']) {
      workshop.write('m.yaml', images([prompt]));
      await workshop.document(['run', 'm.yaml', '--yes']);
    }
    workshop.write('d.csv', 'id,attempt,output,decision,note\nr0,1,r0.png,reject,too dark\nr0,2,r0.a2.png,reject,no plum\n');
    expect(await regenerate(workshop, '--from', 'd.csv')).toMatchObject({
      requeued: [{ id: 'r0', attempt: 1, next_attempt: 3, note: 'too dark' }],
      skipped: [],
    });
  });

  test('with --select only those of it', async () => {
    const workshop = await made(['a pear', 'an apple']);
    workshop.write('d.csv', 'id,attempt,decision\nr0,1,reject\nr1,1,reject\n');
    expect((await regenerate(workshop, '--from', 'd.csv', '--select', 'var.what="a plum" id:r1')).requeued.map(({ id }) => id)).toEqual([
      'r1',
    ]);
  });
});

describe('retry', () => {
  test('--dry-run says what it would queue and its price, and changes nothing', async () => {
    const workshop = await made(['a pear', 'a flagged pear', 'a forbidden pear'], {}, 4);
    const dry = await workshop.run(['retry', '--dry-run', '--json']);
    expect(JSON.parse(dry.stdout).retry).toEqual({
      batch: 'batch',
      requeued: 1,
      left: 1,
      cost: { ulazai: { unit: 'credits', total: IMAGE } },
      dry_run: true,
    });
    expect((await workshop.jobs()).map(({ state }) => state)).toEqual(['done', 'failed', 'rejected']);
  });
});

test('what does not fit a --max-cost ends with 8, as for a run, and nothing is queued', async () => {
  const workshop = await made(['a pear', 'a flagged pear'], {}, 4);
  for (const argv of [
    ['retry', '--select', 'state:failed'],
    ['regenerate', 'r0'],
  ]) {
    const ran = await workshop.run([...argv, '--max-cost', '1']);
    expect([ran.code, ran.stderr]).toEqual([8, expect.stringContaining('the cap is 1 credit. Nothing was changed')]);
  }
  expect((await workshop.jobs()).map(({ state }) => state)).toEqual(['done', 'failed']);
});

test('on a sandbox nothing needs leave', async () => {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', images(['a pear', 'a flagged pear']));
  await workshop.document(['run', 'm.yaml', '--sandbox'], 4);
  expect(await workshop.run(['regenerate', 'r0', '--sandbox'])).toMatchObject({ code: 0 });
  expect(await workshop.run(['retry', '--sandbox', '--select', 'state:failed'])).toMatchObject({ code: 0 });
});

test('the file of another job that has taken the old name meanwhile is left where it is', async () => {
  const workshop = await made(['a pear', 'an apple']);
  const apple = file(workshop, 'r1.png');
  // Another prompt and another name for the one, its old name for the other: the old file is in the way, and is moved away by hand.
  const rows = [
    { row: 0, what: 'a ripe pear', name: 'new' },
    { row: 1, what: 'an apple', name: 'r0' },
  ];
  workshop.write('m.yaml', images([], { rows, output: '{{ name }}' }));
  const refused = await workshop.run(['run', 'm.yaml', '--yes']);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('move it away')]);
  renameSync(join(workshop.folder, 'out/batch/r0.png'), join(workshop.folder, 'kept.png'));
  await workshop.document(['run', 'm.yaml', '--yes']);
  expect(workshop.files('out/batch')).toEqual(['new.png', 'r0.png']);
  expect(file(workshop, 'r0.png')).toEqual(apple);
  expect((await workshop.jobs())[1]).toMatchObject({ id: 'r1', state: 'done', outputs: [{ path: 'r0.png' }] });
});
