import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import sharp from 'sharp';
import { afterEach, describe, expect, test } from 'vitest';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

const IMAGE = 8;

const MANIFEST = `# the catalogue
name: batch
model: ulazai/image
rows:
  - { sku: pear, title: "a pear" }
  - { sku: apple, title: "an apple" }
id: "{{ sku }}"
prompt: "{{ title }}, studio"
params: { aspect_ratio: "1:1", images: [photo.png] }
copies: 2
output: "{{ sku }}"
tags: [fruit]
`;

const photo = (background: string): Promise<Buffer> =>
  sharp({ create: { width: 64, height: 48, channels: 3, background } })
    .png()
    .toBuffer();

/** A finished batch of four images. */
async function finished(): Promise<Workshop> {
  const workshop = await sandboxWorkshop();
  workshop.write('photo.png', await photo('#884422'));
  workshop.write('m.yaml', MANIFEST);
  await workshop.document(['run', 'm.yaml', '--yes']);
  return workshop;
}

/** Leaves a job as a run does that found its file neither on disk nor at the provider. */
function lose(workshop: Workshop, id: string): void {
  const db = new Database(join(workshop.folder, '.nightshift/queue.db'));
  const failure = JSON.stringify({ class: 'lost', httpStatus: null, message: 'paid, not saved', charged: 'yes' });
  db.prepare(`UPDATE jobs SET state = 'failed', error = ? WHERE id = ?`).run(failure, id);
  db.prepare(`UPDATE attempts SET state = 'failed', error = ? WHERE job_seq = (SELECT seq FROM jobs WHERE id = ?)`).run(failure, id);
  db.prepare(
    `UPDATE outputs SET state = 'lost', path = NULL WHERE attempt_id = (SELECT id FROM attempts WHERE job_seq = (SELECT seq FROM jobs WHERE id = ?))`,
  ).run(id);
  db.close();
}

interface Planned {
  readonly jobs: Record<string, number>;
  readonly cost: { readonly ulazai: { readonly to_pay: number } };
  readonly changes: readonly {
    readonly id: string;
    readonly change: string;
    readonly cost: number;
    readonly reason: string;
    readonly fields: readonly object[];
    readonly files: readonly object[];
  }[];
}

const plan = async (workshop: Workshop, ...more: readonly string[]): Promise<Planned> =>
  (await workshop.document(['plan', 'm.yaml', ...more])) as unknown as Planned;

interface Edit {
  readonly what: string;
  readonly edit: (manifest: string, workshop: Workshop) => string | Promise<string>;
  readonly pays: number;
  readonly changes?: readonly object[];
  readonly files?: readonly string[];
}

const MADE = ['apple-2.png', 'apple.png', 'pear-2.png', 'pear.png'];

const EDITS: readonly Edit[] = [
  {
    what: 'the order of keys',
    edit: (text) => text.replace('aspect_ratio: "1:1", images: [photo.png]', 'images: [photo.png], aspect_ratio: "1:1"'),
    pays: 0,
  },
  { what: 'white space', edit: (text) => text.replaceAll(': ', ':   ').replace('tags', '\n\ntags'), pays: 0 },
  { what: 'a comment', edit: (text) => text.replace('# the catalogue', '# the catalogue of spring'), pays: 0 },
  { what: 'tags', edit: (text) => text.replace('[fruit]', '[fruit, spring]'), pays: 0 },
  { what: 'the priority', edit: (text) => `${text}priority: 7\n`, pays: 0 },
  { what: "a parameter in the API's own spelling", edit: (text) => text.replace('aspect_ratio', 'size'), pays: 0 },
  {
    what: 'output names',
    edit: (text) => text.replace('output: "{{ sku }}"', 'output: "fruit/{{ sku }}"'),
    pays: 0,
    changes: [
      { id: 'pear', change: 'unchanged', files: [{ from: 'pear.png', to: 'fruit/pear.png' }] },
      { id: 'pear-2', files: [{ from: 'pear-2.png', to: 'fruit/pear-2.png' }] },
      { id: 'apple', files: [{ from: 'apple.png', to: 'fruit/apple.png' }] },
      { id: 'apple-2', files: [{ from: 'apple-2.png', to: 'fruit/apple-2.png' }] },
    ],
    files: MADE.map((name) => `fruit/${name}`),
  },
  {
    what: 'a prompt',
    edit: (text) => text.replace('a pear', 'a green pear'),
    pays: 2,
    changes: ['pear', 'pear-2'].map((id) => ({
      id,
      change: 'changed',
      cost: IMAGE,
      fields: [{ field: 'params.prompt', from: 'a pear, studio', to: 'a green pear, studio' }],
    })),
  },
  {
    what: 'a parameter',
    edit: (text) => text.replace('1:1', '3:2'),
    pays: 4,
    changes: MADE.map(() => ({ change: 'changed', fields: [{ field: 'params.aspect_ratio', from: '1:1', to: '3:2' }] })),
  },
  {
    what: 'the content of a local file',
    edit: async (text, workshop) => {
      workshop.write('photo.png', await photo('#224488'));
      return text;
    },
    pays: 4,
    changes: MADE.map(() => ({ change: 'changed', fields: [{ field: 'params.images' }] })),
  },
  {
    what: 'a row less',
    edit: (text) => text.replace(/ {2}- \{ sku: apple.*\n/, ''),
    pays: 0,
    changes: [
      { id: 'apple', change: 'removed', cost: 0 },
      { id: 'apple-2', change: 'removed', cost: 0 },
    ],
  },
  {
    what: 'a row more',
    edit: (text) => text.replace('id:', '  - { sku: plum, title: "a plum" }\nid:'),
    pays: 2,
    changes: [
      { id: 'plum', change: 'new', cost: IMAGE },
      { id: 'plum-2', change: 'new', cost: IMAGE },
    ],
  },
  {
    what: 'copies from 2 to 3',
    edit: (text) => text.replace('copies: 2', 'copies: 3'),
    pays: 2,
    changes: [
      { id: 'pear-3', change: 'new', cost: IMAGE },
      { id: 'apple-3', change: 'new', cost: IMAGE },
    ],
  },
  {
    what: 'copies from 2 to 1',
    edit: (text) => text.replace('copies: 2', 'copies: 1'),
    pays: 0,
    changes: [
      { id: 'pear-2', change: 'removed' },
      { id: 'apple-2', change: 'removed' },
    ],
  },
];

describe('an edit of a finished manifest costs what its plan says, to the credit', () => {
  test.each(EDITS.map((edit) => [edit.what, edit] as const))('%s', async (_, { edit, pays, changes = [], files }) => {
    const workshop = await finished();
    const before = workshop.spent();
    const bytes = new Map(MADE.map((name) => [name, readFileSync(join(workshop.folder, 'out/batch', name))]));
    writeFileSync(join(workshop.folder, 'm.yaml'), await edit(MANIFEST, workshop));
    const planned = await plan(workshop);
    expect(planned.cost.ulazai.to_pay).toBe(pays * IMAGE);
    expect(planned.changes).toMatchObject(changes);
    expect(planned.changes.reduce((sum, { cost }) => sum + cost, 0)).toBe(pays * IMAGE);
    expect(workshop.spent()).toEqual(before);

    await workshop.document(['run', 'm.yaml', '--yes']);
    expect(workshop.spent().charged - before.charged).toBe(pays * IMAGE);
    if (files) expect(workshop.files('out/batch')).toEqual(files);
    if (pays === 0)
      for (const name of MADE)
        expect(readFileSync(join(workshop.folder, 'out/batch', files ? `fruit/${name}` : name))).toEqual(bytes.get(name));
    // The queue and the manifest agree now, and a second run has nothing to do.
    const after = (await workshop.document(['plan', 'm.yaml'])) as unknown as Planned;
    expect(after.cost.ulazai.to_pay).toBe(0);
    expect(after.changes.filter(({ change }) => change !== 'removed')).toEqual([]);
    await workshop.document(['run', 'm.yaml', '--yes']);
    expect(workshop.spent().charged - before.charged).toBe(pays * IMAGE);
  });
});

describe('a job that the manifest no longer has', () => {
  test('stays, marked, in plan and jobs, and is not paid again when it comes back', async () => {
    const workshop = await finished();
    workshop.write('m.yaml', MANIFEST.replace(/ {2}- \{ sku: apple.*\n/, ''));
    await workshop.document(['run', 'm.yaml', '--yes']);
    expect((await plan(workshop)).jobs).toMatchObject({ total: 2, unchanged: 2, removed: 2 });
    const { jobs } = (await workshop.document(['jobs'])) as unknown as { jobs: { id: string; removed?: boolean }[] };
    expect(jobs.map(({ id, removed }) => [id, removed])).toEqual([
      ['pear', undefined],
      ['pear-2', undefined],
      ['apple', true],
      ['apple-2', true],
    ]);
    const marked = await workshop.run(['jobs', '--select', 'change:removed']);
    expect(marked.stdout.split('\n').filter((line) => line.includes('(removed from the manifest)'))).toHaveLength(2);
    expect((await workshop.document(['report'])).report).toMatchObject({
      jobs: { total: 2, done: 2 },
      removed_jobs: 2,
      money: { ulazai: { jobs: 2, removed_jobs: 2, quoted: 4 * IMAGE, charged: 4 * IMAGE, difference: 0, gaps: [] } },
      outputs: { files: 4 },
    });
    expect(workshop.files('out/batch')).toEqual(MADE);
    workshop.write('m.yaml', MANIFEST);
    expect((await plan(workshop)).jobs).toMatchObject({ total: 4, unchanged: 4, removed: 0 });
    await workshop.document(['run', 'm.yaml', '--yes']);
    expect(workshop.spent().charged).toBe(4 * IMAGE);
  });
});

test('what was removed is counted as that by resume --dry-run, as by the plan', async () => {
  const workshop = await finished();
  workshop.write('m.yaml', MANIFEST.replace(/ {2}- \{ sku: apple.*\n/, ''));
  await workshop.document(['run', 'm.yaml', '--yes']);
  const said = '2 jobs (2 unchanged, 2 removed)';
  expect((await workshop.run(['plan', 'm.yaml'])).stdout).toContain(said);
  expect((await workshop.run(['resume', '--dry-run'])).stdout).toContain(said);
  expect((await workshop.document(['resume', '--dry-run'])).jobs).toMatchObject({ total: 2, unchanged: 2, removed: 2 });
});

describe('a job that comes back', () => {
  /** The apples were taken out of the manifest, and that was run. */
  async function withoutApples(): Promise<Workshop> {
    const workshop = await finished();
    workshop.write('m.yaml', MANIFEST.replace(/ {2}- \{ sku: apple.*\n/, ''));
    await workshop.document(['run', 'm.yaml', '--yes']);
    return workshop;
  }

  test('with another output name is renamed by the run that takes it back, as the plan says', async () => {
    const workshop = await withoutApples();
    workshop.write('m.yaml', MANIFEST.replace('output: "{{ sku }}"', 'output: "fruit-{{ sku }}"'));
    const planned = await workshop.run(['plan', 'm.yaml']);
    for (const name of ['pear', 'pear-2', 'apple', 'apple-2'])
      expect(planned.stdout).toContain(`Renamed  ${name}: ${name}.png becomes fruit-${name}.png, free`);
    const ran = await workshop.run(['run', 'm.yaml', '--yes']);
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('4 files have their new names') });
    expect(workshop.files('out/batch')).toEqual(MADE.map((name) => `fruit-${name}`));
    expect((await workshop.run(['plan', 'm.yaml'])).stdout).not.toContain('Renamed');
    expect(workshop.spent().charged).toBe(4 * IMAGE);
  });

  test('and whose file is gone is named as missing, and downloaded again by that run', async () => {
    const workshop = await withoutApples();
    rmSync(join(workshop.folder, 'out/batch/apple.png'));
    workshop.write('m.yaml', MANIFEST);
    expect((await plan(workshop)).jobs).toMatchObject({ total: 4, unchanged: 3, missing: 1 });
    await workshop.document(['run', 'm.yaml', '--yes']);
    expect(workshop.files('out/batch')).toEqual(MADE);
    expect(workshop.spent().charged).toBe(4 * IMAGE);
  });
});

describe('--rerun-triggers', () => {
  test('says which kinds of change are paid for; what is left out stays as it was made', async () => {
    const workshop = await finished();
    workshop.write('m.yaml', MANIFEST.replace('a pear', 'a green pear'));
    workshop.write('photo.png', await photo('#224488'));
    const toPay = async (...more: readonly string[]): Promise<number> => (await plan(workshop, ...more)).cost.ulazai.to_pay / IMAGE;
    expect(await toPay()).toBe(4);
    expect(await toPay('--rerun-triggers', 'params')).toBe(2);
    expect(await toPay('--rerun-triggers', 'inputs')).toBe(4);
    expect(await toPay('--rerun-triggers', 'none')).toBe(0);
    await workshop.document(['run', 'm.yaml', '--yes', '--rerun-triggers', 'params']);
    expect(workshop.spent().charged).toBe(6 * IMAGE);
    expect((await plan(workshop)).jobs).toMatchObject({ changed: 2, unchanged: 2 });
    expect((await workshop.run(['plan', 'm.yaml', '--rerun-triggers', 'prompt'])).code).toBe(2);
  });

  test('missing: pays again for what neither the disk nor the provider has any more; by default it does not', async () => {
    const workshop = await finished();
    rmSync(join(workshop.folder, 'out/batch/pear.png'));
    lose(workshop, 'pear');
    await workshop.document(['run', 'm.yaml', '--yes'], 4);
    expect(workshop.spent().charged).toBe(4 * IMAGE);
    expect((await plan(workshop, '--rerun-triggers', 'params,missing')).changes).toMatchObject([{ id: 'pear', cost: IMAGE }]);
    await workshop.document(['run', 'm.yaml', '--yes', '--rerun-triggers', 'params,inputs,missing']);
    expect(workshop.spent().charged).toBe(5 * IMAGE);
    expect(workshop.files('out/batch')).toEqual(MADE);
  });
});

describe('renamed outputs', () => {
  test('may exchange their names, and shift along a row', async () => {
    const workshop = await finished();
    const bytes = (name: string): string => readFileSync(join(workshop.folder, 'out/batch', name), 'base64');
    const [pear, apple, pear2] = [bytes('pear.png'), bytes('apple.png'), bytes('pear-2.png')];
    workshop.write('m.yaml', MANIFEST.replace('output: "{{ sku }}"', `output: "{% if sku == 'pear' %}apple{% else %}pear{% endif %}"`));
    await workshop.document(['run', 'm.yaml', '--yes']);
    expect([bytes('apple.png'), bytes('pear.png'), bytes('apple-2.png')]).toEqual([pear, apple, pear2]);
    expect(workshop.files('out/batch')).toEqual(MADE);
    expect((await plan(workshop)).changes).toEqual([]);
    expect(workshop.spent().charged).toBe(4 * IMAGE);
  });

  test('never take the place of a file: the plan says so before anything is done', async () => {
    const workshop = await finished();
    workshop.write('out/batch/fruit/pear.png', 'mine');
    workshop.write('m.yaml', MANIFEST.replace('output: "{{ sku }}"', 'output: "fruit/{{ sku }}"'));
    const refused = await workshop.run(['run', 'm.yaml', '--yes']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('to be renamed from pear.png to fruit/pear.png, and a file of that name is there already');
    expect(workshop.files('out/batch')).toEqual([...MADE, 'fruit/pear.png'].sort());
  });

  test('a file that a killed run had moved and not recorded is found by its content; one that is gone comes again, free', async () => {
    const workshop = await finished();
    workshop.write('m.yaml', MANIFEST.replace('output: "{{ sku }}"', 'output: "{{ sku }}-fruit"'));
    const at = (name: string): string => join(workshop.folder, 'out/batch', name);
    renameSync(at('pear.png'), at('pear-fruit.png'));
    rmSync(at('apple.png'));
    expect((await plan(workshop)).jobs).toMatchObject({ unchanged: 3, missing: 1 });
    await workshop.document(['run', 'm.yaml', '--yes']);
    expect(workshop.files('out/batch')).toEqual(['apple-fruit-2.png', 'apple-fruit.png', 'pear-fruit-2.png', 'pear-fruit.png']);
    expect(workshop.spent().charged).toBe(4 * IMAGE);
  });
});

test('an edit that is taken back is not paid for, made or not: the jobs are done as before', async () => {
  const workshop = await finished();
  const before = await workshop.jobs();
  workshop.write('m.yaml', MANIFEST.replace('studio', 'kitchen'));
  await workshop.document(['run', 'm.yaml', '--max-cost', String(5 * IMAGE), '--partial'], 8);
  const queued = (await workshop.jobs()).filter(({ state }) => state === 'queued').map(({ id }) => id);
  expect(queued).toHaveLength(3);

  workshop.write('m.yaml', MANIFEST);
  const plan = JSON.parse((await workshop.run(['plan', 'm.yaml', '--json'])).stdout) as Planned;
  expect(plan.jobs).toMatchObject({ changed: 0, unchanged: 4 });
  expect(plan.cost.ulazai.to_pay).toBe(0);
  expect(plan.changes).toHaveLength(4);
  for (const change of plan.changes) {
    expect(change).toMatchObject({ change: 'unchanged', cost: 0, reason: expect.stringContaining('its result of attempt 1 is there') });
    expect(change.files).toHaveLength(queued.includes(change.id) ? 0 : 2);
  }
  const run = await workshop.document(['run', 'm.yaml', '--yes']);
  expect(run).toMatchObject({ jobs: { done: 4 }, requests: { submit: 0 } });
  expect(workshop.spent().charged).toBe(5 * IMAGE);
  const charged = (jobs: Awaited<ReturnType<Workshop['jobs']>>) => jobs.map((job) => ({ ...job, charged: null }));
  expect(charged(await workshop.jobs())).toEqual(charged(before));
  expect((await workshop.run(['verify'])).code).toBe(0);
});

test('another attempt that somebody asked for stays asked when an edit came between and was taken back', async () => {
  const workshop = await finished();
  workshop.write('d.csv', 'id,attempt,decision,prompt\npear,1,reject,a blue pear\n');
  await workshop.run(['regenerate', '--from', 'd.csv', '--yes']);
  workshop.write('m.yaml', MANIFEST.replace('a pear', 'a green pear'));
  await workshop.document(['run', 'm.yaml', '--max-cost', String(4 * IMAGE), '--partial'], 8);
  workshop.write('m.yaml', MANIFEST);
  expect((await plan(workshop)).cost.ulazai.to_pay).toBe(IMAGE);
  await workshop.document(['run', 'm.yaml', '--yes']);
  expect(workshop.spent().charged).toBe(5 * IMAGE);
  expect(workshop.chargesByPrompt().get('a blue pear')).toBe(1);
  expect(workshop.files('out/batch')).toEqual(['apple-2.png', 'apple.png', 'pear-2.png', 'pear.a1.png', 'pear.png']);
});

test('a file that is downloaded again does not change when its job was made', async () => {
  const workshop = await finished();
  const before = await workshop.jobs();
  rmSync(join(workshop.folder, 'out/batch/pear.png'));
  await workshop.document(['run', 'm.yaml', '--yes']);
  expect(workshop.files('out/batch')).toEqual(MADE);
  expect(await workshop.jobs()).toEqual(before);
});

test('a price that is not known is shown as unknown, never as 0', async () => {
  const workshop = await sandboxWorkshop();
  const path = join(workshop.folder, 'nightshift.config.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/ {4}prices: .*\n/, ''));
  workshop.write('m.yaml', { name: 'batch', model: 'mayanio/nano-banana', rows: [{ n: 1 }], id: 'r{{ n }}', prompt: 'a pear' });
  const planned = await workshop.run(['plan', 'm.yaml']);
  expect(planned.stdout).toContain('mayanio: unknown points to pay');
  const refused = await workshop.run(['run', 'm.yaml']);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('the unknown price of 1 job at mayanio') });
  await workshop.document(['run', 'm.yaml', '--yes']);
  expect((await workshop.run(['plan', 'm.yaml'])).stdout).toContain('mayanio: 0 points to pay');
});
