import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { ShowDocument, ShownJob } from '../../src/cli/show-document.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

const IMAGE = 8;

async function show(workshop: Workshop, ...argv: readonly string[]): Promise<ShownJob> {
  const ran = await workshop.run(['show', ...argv, '--json']);
  expect(ran.stderr).toBe('');
  expect(ran.code).toBe(0);
  return (JSON.parse(ran.stdout) as ShowDocument).job;
}

async function made(prompts: readonly string[], code = 0): Promise<Workshop> {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', {
    name: 'batch',
    model: 'ulazai/image',
    rows: prompts.map((what, n) => ({ what, n })),
    id: 'r{{ n }}',
    prompt: '{{ what }}',
  });
  await workshop.document(['run', 'm.yaml', '--yes'], code);
  return workshop;
}

test('a finished job: what was sent, what was answered, every line of money, the file', async () => {
  const workshop = await made(['a pear']);
  const job = await show(workshop, 'r0');
  expect(job).toMatchObject({
    batch: 'batch',
    state: 'done',
    why: 'it was made, and every file is on disk',
    next: [],
    unit: 'credits',
    quote: IMAGE,
    charged: IMAGE,
    refunded: null,
    net: IMAGE,
    params: { prompt: 'a pear' },
    asked_prompt: null,
    regenerations: [],
  });
  const [attempt] = job.attempts;
  expect(attempt).toMatchObject({
    attempt: 1,
    state: 'done',
    remote_id: job.remote_id,
    job_ids: [job.remote_id],
    request: { method: 'POST', path: '/api/v1/generate/', body: { prompt: 'a pear' } },
    answers: [
      { of: 'submit', id: null, status: expect.any(Number), body: expect.any(Object) },
      { of: 'poll', id: job.remote_id, status: 200, body: expect.any(Object) },
    ],
    ledger: [
      { kind: 'reserve', amount: IMAGE },
      { kind: 'release', amount: IMAGE },
      { kind: 'charge', amount: IMAGE },
    ],
    files: [{ state: 'saved', path: 'r0.png', on_disk: true }],
  });
  expect(JSON.stringify(attempt?.answers[0]?.body)).toContain(job.remote_id);

  rmSync(join(workshop.folder, 'out/batch/r0.png'));
  expect(await show(workshop, 'r0')).toMatchObject({
    why: 'it was made, and 1 of its files are no longer on disk',
    next: ['nightshift download batch --select id:r0'],
  });
});

test('a failed job of two attempts: both, with the money that came and went', async () => {
  const workshop = await made(['a flagged pear'], 4);
  await workshop.run(['retry', '--yes']);
  expect(await show(workshop, 'r0')).toMatchObject({ state: 'queued', why: 'it waits for its attempt 2' });
  await workshop.document(['resume', '--yes'], 4);
  const job = await show(workshop, 'r0');
  expect(job).toMatchObject({ state: 'failed', charged: 2 * IMAGE, refunded: 2 * IMAGE, net: 0, error: { class: 'moderated' } });
  expect(job.why).toMatch(/^moderated: .*; it was not charged in the end$/);
  expect(job.next).toEqual(['nightshift retry batch --select id:r0']);
  expect(job.attempts.map(({ attempt, ledger }) => [attempt, ledger.map(({ kind }) => kind)])).toEqual([
    [1, ['reserve', 'release', 'charge', 'refund']],
    [2, ['reserve', 'release', 'charge', 'refund']],
  ]);
});

test('a refused job keeps the refusal as it came, and says that it was not charged', async () => {
  const workshop = await made(['a forbidden pear'], 4);
  const job = await show(workshop, 'r0');
  expect(job).toMatchObject({ state: 'rejected', net: 0, why: expect.stringContaining('before it was charged: ') });
  expect(job.attempts[0]).toMatchObject({ answers: [{ of: 'submit', status: 422 }], ledger: [{ kind: 'reserve' }, { kind: 'release' }] });
});

test('the other ids of an answer are shown by their names', async () => {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', {
    name: 'batch',
    model: 'ulazai/kling-3.0',
    id: 'k',
    prompt: 'a pear',
    params: { duration: 3, quality: 'std' },
  });
  await workshop.document(['run', 'm.yaml', '--yes']);
  const [attempt] = (await show(workshop, 'k')).attempts;
  expect(Object.keys(attempt?.other_ids ?? {})).not.toEqual([]);
  for (const id of Object.values(attempt?.other_ids ?? {})) expect(JSON.stringify(attempt?.answers)).toContain(id);
});

test('on a terminal nothing of a prompt or an answer moves the cursor, and keys stand nowhere', async () => {
  const workshop = await made(['a pear \u001b[2J\u202e \u0007red', 'x']);
  const { stdout, code } = await workshop.run(['show', 'r0']);
  expect(code).toBe(0);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  for (const word of ['r0', 'done', 'Attempt 1', 'Ledger', 'reserve 8', 'charge 8', 'r0.png', 'a pear']) expect(stdout).toContain(word);
  const json = (await workshop.run(['show', 'r0', '--json'])).stdout;
  for (const key of Object.values(workshop.sandbox.keys)) expect(stdout + json).not.toContain(key);
});

test('an id that is not there names the nearest, and the batch that has it', async () => {
  const workshop = await made(['a pear']);
  expect(await workshop.run(['show', 'R0'])).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean "r0"') });
  workshop.write('n.yaml', { name: 'other', model: 'ulazai/image', id: 'z', prompt: 'a plum' });
  await workshop.document(['run', 'n.yaml', '--yes']);
  expect(await workshop.run(['show', 'r0'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('but batch has: name it with --batch'),
  });
  expect((await show(workshop, 'r0', '--batch', 'batch')).id).toBe('r0');
  expect((await workshop.run(['show', 'r0', '--batch', 'none'])).code).toBe(2);
});
