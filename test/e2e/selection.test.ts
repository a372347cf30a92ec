import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { closeWorkshops, sandboxWorkshop, type Workshop, type WorkshopOptions } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

const IMAGE = 8;

/** Twelve images and twelve drawings of another model: four animals, three scenes. */
const MANIFEST = {
  name: 'batch',
  rows: ['cat', 'dog', 'fox', 'owl'].map((animal) => ({ animal })),
  matrix: { scene: ['sea', 'wood', 'town'] },
  id: '{{ animal }}-{{ scene }}',
  prompt: 'a {{ animal }}, {{ scene }}',
  jobs: [
    { model: 'ulazai/image', tags: ['photo'] },
    { model: 'ulazai/image/seedream_5_lite', id: '{{ animal }}-{{ scene }}-drawn', tags: ['drawing'] },
  ],
};

async function opened(options: WorkshopOptions = {}, manifest: object = MANIFEST): Promise<Workshop> {
  const workshop = await sandboxWorkshop(options);
  workshop.write('m.yaml', manifest);
  return workshop;
}

async function json(workshop: Workshop, argv: readonly string[], code = 0): Promise<Record<string, never>> {
  return (await workshop.document(argv, code)) as unknown as Record<string, never>;
}

const made = (workshop: Workshop): number => workshop.files('out').length;

describe('--select and --exclude', () => {
  test('run what they leave, and keep the rest queued; resume takes a part of it, then all', async () => {
    const workshop = await opened();
    const plan = await json(workshop, ['plan', 'm.yaml', '--select', 'tag:photo,var.scene=sea']);
    expect(plan).toMatchObject({ jobs: { total: 4, new: 4 }, cost: { ulazai: { to_pay: 4 * IMAGE } } });
    const ran = await workshop.run(['run', 'm.yaml', '--yes', '--json', '--select', 'tag:photo,var.scene=sea']);
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({ stopped: 'completed', jobs: { total: 24, done: 4, queued: 20 } });
    expect(ran.stderr).toContain('20 jobs of 24 not selected');
    expect(workshop.files('out/batch')).toEqual(['cat-sea.png', 'dog-sea.png', 'fox-sea.png', 'owl-sea.png']);
    // Once more: nothing that is not meant is taken.
    expect(await json(workshop, ['run', 'm.yaml', '--yes', '--select', 'tag:photo,var.scene=sea'])).toMatchObject({
      requests: { submit: 0 },
    });
    const part = await workshop.run(['resume', '--yes', '--json', '--select', 'id:cat-* id:dog-*', '--exclude', 'model:*/seedream*']);
    expect(JSON.parse(part.stdout)).toMatchObject({ jobs: { done: 8, queued: 16 }, requests: { submit: 4 } });
    expect(part.stderr).toContain('16 jobs of 20 queued are not selected');
    expect(await json(workshop, ['resume', '--yes'])).toMatchObject({ jobs: { done: 24, queued: 0 } });
    expect(workshop.spent().charged).toBe(24 * IMAGE);
  });

  test('take a change by its kind, and leave another edit as it was made', async () => {
    const workshop = await opened({}, { ...MANIFEST, jobs: MANIFEST.jobs.slice(0, 1) });
    await json(workshop, ['run', 'm.yaml', '--yes']);
    const edited = {
      ...MANIFEST,
      rows: [...MANIFEST.rows, { animal: 'hen' }],
      prompt: 'one {{ animal }}, {{ scene }}',
      jobs: MANIFEST.jobs.slice(0, 1),
    };
    workshop.write('m.yaml', edited);
    expect((await json(workshop, ['plan', 'm.yaml', '--select', 'change:new'])).jobs).toMatchObject({ total: 3, new: 3, changed: 0 });
    await json(workshop, ['run', 'm.yaml', '--yes', '--select', 'change:new change:changed,id:cat-sea']);
    expect(workshop.spent().charged).toBe(16 * IMAGE);
    expect((await json(workshop, ['plan', 'm.yaml'])).jobs).toMatchObject({ total: 15, new: 0, changed: 11, unchanged: 4 });
    expect((await workshop.jobs()).filter(({ state }) => state === 'done')).toHaveLength(15);
  });

  test.each([
    ['run', ['m.yaml', '--yes']],
    ['plan', ['m.yaml']],
  ])('%s: a selection that takes nothing is refused, and says what there is', async (command, argv) => {
    const workshop = await opened();
    const refused = await workshop.run([command, ...argv, '--select', 'tag:photos']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('matches none of 24 jobs');
    expect(refused.stderr).toContain('tag: photo, drawing');
    expect(workshop.submissions()).toBe(0);
  });
});

describe('commands on what is stored', () => {
  /** Four photos at the sea are made, the rest is queued. */
  async function partly(): Promise<Workshop> {
    const workshop = await opened();
    await json(workshop, ['run', 'm.yaml', '--yes', '--select', 'tag:photo,var.scene=sea']);
    return workshop;
  }
  const ids = async (workshop: Workshop, state: string): Promise<readonly string[]> =>
    (await workshop.jobs()).filter((job) => job.state === state).map(({ id }) => id);

  test('take --exclude in the same words, and it wins', async () => {
    const workshop = await partly();
    const listed = await json(workshop, ['jobs', '--select', 'state:done', '--exclude', 'id:cat-* id:dog-*']);
    expect((listed.jobs as unknown as { id: string }[]).map(({ id }) => id)).toEqual(['fox-sea', 'owl-sea']);

    const canceled = await json(workshop, ['cancel', '--exclude', 'tag:photo id:owl-*']);
    expect(canceled.cancel).toMatchObject({ canceled: 9 });
    const back = await json(workshop, ['retry', '--yes', '--select', 'state:canceled', '--exclude', 'id:cat-* id:dog-*']);
    expect(back.retry).toMatchObject({ requeued: 3 });
    expect(await ids(workshop, 'canceled')).toHaveLength(6);

    const again = await json(workshop, ['regenerate', '--yes', '--select', 'tag:photo', '--exclude', 'id:owl-sea var.animal=cat']);
    expect((again.regenerate as unknown as { requeued: { id: string }[] }).requeued.map(({ id }) => id)).toEqual(['dog-sea', 'fox-sea']);
    // A choice is needed: what an exclusion leaves of everything is not paid for again.
    expect((await workshop.run(['regenerate', '--yes', '--exclude', 'id:owl-sea'])).code).toBe(2);

    rmSync(join(workshop.folder, 'out/batch'), { recursive: true });
    const fetched = await json(workshop, ['download', '--exclude', 'id:owl-sea', '--dry-run']);
    expect((fetched.download as unknown as { wanted: { id: string }[] }).wanted.map(({ id }) => id)).toEqual(['cat-sea']);
  });

  test('resume --dry-run says what would be submitted, its price and its time, and changes nothing', async () => {
    const workshop = await partly();
    const before = await workshop.jobs();
    const requests = workshop.submissions();
    const all = await json(workshop, ['resume', '--dry-run', '--max-cost', '100']);
    const cost = { to_pay: 20 * IMAGE, balance: 2500 - 4 * IMAGE, shortfall: 0, cap: 100, spent: 4 * IMAGE };
    expect(all).toMatchObject({ batch: 'batch', jobs: { total: 24 }, cost: { ulazai: cost }, problems: [] });
    expect((all.time as unknown as { seconds: number }).seconds).toBeGreaterThan(0);
    const part = await workshop.run(['resume', '--dry-run', '--select', 'tag:photo', '--exclude', 'id:owl-*']);
    expect(part).toMatchObject({ code: 0, stdout: expect.stringContaining('6 jobs queued: submitted by this resume') });
    expect(part.stdout).toContain('14 jobs of 20 queued not selected: they stay queued');
    expect(part.stdout).toMatch(/ulazai\/image +6 +8 +48 credits/);
    expect(part.stdout).toContain('ulazai: 48 credits to pay, balance 2,468');
    expect((await workshop.run(['resume', '--dry-run', '--select', 'tag:photos'])).code).toBe(2);
    expect(await workshop.jobs()).toEqual(before);
    expect(workshop.submissions()).toBe(requests);
    // The cap was only tried on.
    expect(await json(workshop, ['resume', '--yes'])).toMatchObject({ jobs: { done: 24 } });
    const done = await workshop.run(['resume', '--dry-run']);
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing is queued that a resume would submit') });
  });

  test('retry --exclude alone leaves its own choice, less what is excluded', async () => {
    const workshop = await opened({ failRate: 1 }, { ...MANIFEST, jobs: MANIFEST.jobs.slice(0, 1) });
    await json(workshop, ['run', 'm.yaml', '--yes', '--limit', '3'], 4);
    const failed = await ids(workshop, 'failed');
    expect(failed).toHaveLength(3);
    await json(workshop, ['cancel']);
    expect((await json(workshop, ['retry', '--dry-run', '--exclude', `id:${failed[0]}`])).retry).toMatchObject({ requeued: 2 });
  });

  test.each([
    ['retry', 'is failed, rejected or canceled: 4 done'],
    ['cancel', 'is queued: 4 done'],
    ['download', 'has a file to be fetched: 4 done'],
  ])('%s: a selection of which nothing can be taken ends with 0 and names its states', async (command, why) => {
    const workshop = await partly();
    const ran = await workshop.run([command, '--select', 'id:*-sea', '--dry-run']);
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining(`--select "id:*-sea" matches 4 jobs, and none ${why}.`) });
    const none = await workshop.run([command, '--select', 'tag:photos', '--dry-run']);
    expect(none).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('--select "tag:photos" matches none of 24 jobs. There is id: cat-sea'),
    });
    expect(none.stderr).toContain('tag: photo, drawing; state: done, queued');
  });

  test.each(['retry', 'regenerate', 'cancel', 'download'])(
    '%s: an id or a model that is nowhere is a slip, and nothing is changed',
    async (command) => {
      const workshop = await partly();
      const yes = command === 'retry' || command === 'regenerate' ? ['--yes'] : [];
      const before = await workshop.jobs();
      const misspelt = await workshop.run([command, ...yes, '--select', 'id:cat-see id:dog-sea']);
      expect(misspelt).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('the batch "batch" has no job "cat-see"; did you mean "cat-sea"?'),
      });
      expect(misspelt.stderr).toContain('`nightshift jobs batch`');
      const model = await workshop.run([command, ...yes, '--select', 'model:ulazai/kling-3.0']);
      expect(model).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('has no job of the model "ulazai/kling-3.0"; there is ulazai/image, ulazai/image/seedream_5_lite.'),
      });
      expect(await workshop.jobs()).toEqual(before);
      const listed = await workshop.run(['jobs', '--select', 'id:cat-see']);
      expect(listed).toMatchObject({ code: 0, stderr: expect.stringContaining('did you mean "cat-sea"?') });
    },
  );
});

describe('--limit and --sample', () => {
  test('take the same jobs each time: a second run has nothing to do', async () => {
    const workshop = await opened();
    for (const flags of [
      ['--limit', '3'],
      ['--sample', '5'],
    ]) {
      const before = made(workshop);
      await json(workshop, ['run', 'm.yaml', '--yes', ...flags]);
      expect(made(workshop)).toBeGreaterThan(before);
      const files = made(workshop);
      expect(await json(workshop, ['run', 'm.yaml', '--yes', ...flags])).toMatchObject({ requests: { submit: 0 } });
      expect(made(workshop)).toBe(files);
    }
    expect((await workshop.run(['run', 'm.yaml', '--limit', '3', '--sample', '3'])).code).toBe(2);
  });

  test.each(['--limit 3', '--sample 3', '--limit 3 --pilot 2'])(
    'are priced, timed and held against the cap as these jobs alone: %s',
    async (given) => {
      const flags = given.split(' ');
      // Of models that need no list: where one is fetched, the manifest is read once more.
      const workshop = await opened({}, { ...MANIFEST, jobs: MANIFEST.jobs.slice(0, 1) });
      const whole = (await json(workshop, ['plan', 'm.yaml'])) as unknown as { time: { seconds: number } };
      const plan = await json(workshop, ['plan', 'm.yaml', ...flags]);
      const changes = plan.changes as unknown as { cost: number }[];
      expect(changes.reduce((sum, { cost }) => sum + cost, 0)).toBe(3 * IMAGE);
      expect(plan).toMatchObject({ jobs: { total: 3 }, cost: { ulazai: { total: 3 * IMAGE, to_pay: 3 * IMAGE } } });
      expect((plan.time as unknown as { seconds: number }).seconds).toBeLessThan(whole.time.seconds);
      expect((await workshop.run(['plan', 'm.yaml', ...flags])).stdout).toContain('24 credits to pay');
      await json(workshop, ['run', 'm.yaml', '--max-cost', String(3 * IMAGE), ...flags]);
      expect(workshop.spent().charged).toBe((flags.includes('--pilot') ? 2 : 3) * IMAGE);
    },
  );

  test('a sample has every model by its share', async () => {
    const workshop = await opened();
    const { changes } = (await json(workshop, ['plan', 'm.yaml', '--sample', '6'])) as unknown as { changes: { model: string }[] };
    expect(changes.map(({ model }) => model).sort()).toEqual([
      ...Array(3).fill('ulazai/image'),
      ...Array(3).fill('ulazai/image/seedream_5_lite'),
    ]);
  });
});

describe('--pilot', () => {
  test('takes every model with every value of the matrix, shows what it cost, and stops where nobody can be asked', async () => {
    const workshop = await opened();
    const plan = await json(workshop, ['plan', 'm.yaml', '--pilot', '6']);
    const { jobs } = plan.pilot as unknown as { jobs: string[] };
    const shown = jobs.map((id) => id.replace(/^\w+?-/, '')).sort();
    expect(shown).toEqual(['sea', 'sea-drawn', 'town', 'town-drawn', 'wood', 'wood-drawn']);

    const ran = await workshop.run(['run', 'm.yaml', '--max-cost', '500', '--pilot', '6', '--json']);
    expect(ran.code).toBe(0);
    expect(workshop.spent().charged).toBe(6 * IMAGE);
    const document = JSON.parse(ran.stdout);
    expect(document).toMatchObject({
      stopped: 'completed',
      jobs: { done: 6, queued: 18 },
      pilot: {
        jobs: 6,
        done: 6,
        failed: 0,
        left: 18,
        models: [
          { model: 'ulazai/image', jobs: 3, measured: IMAGE, left: 9, projected: 9 * IMAGE, by: 'charges' },
          { model: 'ulazai/image/seedream_5_lite', jobs: 3, measured: IMAGE, left: 9, projected: 9 * IMAGE, by: 'charges' },
        ],
        providers: { ulazai: { charged: 6 * IMAGE, projected: 18 * IMAGE, balance: 2500 - 6 * IMAGE, balance_after: 2500 - 24 * IMAGE } },
        decision: 'stopped',
      },
    });
    expect(ran.stderr).toContain('Nobody is at the terminal');
    // The same command takes the same pilot again: nothing is paid, the question comes again; with --yes the rest follows.
    await json(workshop, ['run', 'm.yaml', '--max-cost', '500', '--pilot', '6']);
    expect(workshop.spent().charged).toBe(6 * IMAGE);
    expect(await json(workshop, ['run', 'm.yaml', '--yes', '--pilot', '6'])).toMatchObject({
      jobs: { done: 24 },
      pilot: { decision: 'continued' },
    });
    expect(workshop.spent().charged).toBe(24 * IMAGE);
  });

  test('counts what is charged, not what was quoted', async () => {
    const workshop = await opened({ ulazai: ['prices: { image: 5 }'] }, { ...MANIFEST, jobs: MANIFEST.jobs.slice(0, 1) });
    const document = await json(workshop, ['run', 'm.yaml', '--max-cost', '500', '--pilot', '25%']);
    expect(document.pilot).toMatchObject({ jobs: 3, models: [{ measured: IMAGE, projected: 9 * IMAGE }] });
  });

  test('with --yes stops all the same when too much of it failed', async () => {
    const workshop = await opened({}, { ...MANIFEST, prompt: '{% if scene == "sea" %}a flagged {% endif %}{{ animal }}' });
    const ran = await workshop.run(['run', 'm.yaml', '--yes', '--pilot', '6', '--json']);
    expect(ran.code).toBe(4);
    expect(JSON.parse(ran.stdout)).toMatchObject({ jobs: { queued: 18 }, pilot: { failed: 2, decision: 'stopped' } });
    expect(ran.stderr).toContain('33 % of the pilot went wrong');
    expect(workshop.submissions()).toBe(6);
  });

  test('goes no further where --fail-fast stopped it when all of it was on its way, also with --yes', async () => {
    const scenes = ['sea', 'wood', 'town', 'hill', 'flagged'];
    const workshop = await opened(
      {},
      { model: 'ulazai/image', rows: [{ n: 1 }, { n: 2 }], matrix: { scene: scenes }, prompt: '{{ n }} {{ scene }}' },
    );
    const ran = await workshop.run(['run', 'm.yaml', '--yes', '--pilot', '5', '--fail-fast', '--json']);
    expect(ran).toMatchObject({ code: 4, stderr: expect.stringContaining('the rest stays queued') });
    expect(JSON.parse(ran.stdout)).toMatchObject({ stopped: 'failures', jobs: { queued: 5 }, pilot: { failed: 1, decision: 'stopped' } });
    expect(workshop.submissions()).toBe(5);
  });
});

test('a plan of a selection tells of no removed job that is not selected', async () => {
  const workshop = await opened({}, { ...MANIFEST, jobs: MANIFEST.jobs.slice(0, 1) });
  await json(workshop, ['run', 'm.yaml', '--yes', '--limit', '1']);
  const rows = MANIFEST.rows.filter(({ animal }) => animal !== 'dog');
  workshop.write('m.yaml', { ...MANIFEST, rows, prompt: 'one {{ animal }}, {{ scene }}', jobs: MANIFEST.jobs.slice(0, 1) });
  const told = async (...select: string[]): Promise<unknown> => {
    const { stdout } = await workshop.run(['plan', 'm.yaml', '--json', ...select]);
    const plan = JSON.parse(stdout) as { jobs: { removed: number }; changes: { id: string; change: string }[] };
    return [plan.jobs.removed, plan.changes.filter(({ change }) => change === 'removed').map(({ id }) => id)];
  };
  const dogs = ['dog-sea', 'dog-wood', 'dog-town'];
  expect(await told()).toEqual([3, dogs]);
  expect(await told('--select', 'change:changed')).toEqual([0, []]);
  expect(await told('--select', 'var.scene=sea')).toEqual([1, ['dog-sea']]);
  expect(await told('--exclude', 'id:dog-sea')).toEqual([2, dogs.slice(1)]);
  const table = await workshop.run(['plan', 'm.yaml', '--select', 'change:changed']);
  expect(table.stdout).toContain('changed');
  expect(table.stdout).not.toMatch(/removed|dog-/i);
});

test.each([['jobs'], ['retry', '--dry-run'], ['plan', 'm.yaml']])(
  '%s: a variable that no job has is named, with the nearest one',
  async (...argv) => {
    const workshop = await opened();
    await json(workshop, ['run', 'm.yaml', '--yes', '--select', 'tag:photo,var.scene=sea']);
    const said = await workshop.run([...argv, '--select', 'var.scen=sea']);
    expect(said.stderr).toContain('matches none of 24 jobs, and none has a variable "scen"; did you mean "scene"? There is id: cat-sea');
    const there = await workshop.run([...argv, '--select', 'var.scene=beach']);
    expect(there.stderr).toContain('matches none of 24 jobs. There is');
  },
);

describe('adopt', () => {
  test('takes edited jobs as made: the same files, no money; what has none is refused by name', async () => {
    const workshop = await opened({}, { ...MANIFEST, jobs: MANIFEST.jobs.slice(0, 1) });
    await json(workshop, ['run', 'm.yaml', '--yes', '--select', 'var.animal=cat var.animal=dog']);
    workshop.write('m.yaml', { ...MANIFEST, prompt: 'one {{ animal }}, {{ scene }}', jobs: MANIFEST.jobs.slice(0, 1) });
    const before = workshop.submissions();
    const refused = await workshop.run(['adopt', 'cat-sea', 'fox-sea', 'cow-sea']);
    expect(refused.code).toBe(2);
    for (const text of ['fox-sea: it is queued and has no finished output', 'cow-sea: the manifest has no such job'])
      expect(refused.stderr).toContain(text);
    const dry = await json(workshop, ['adopt', 'cat-sea', '--dry-run']);
    expect(dry.adopt).toMatchObject({
      adopted: [{ id: 'cat-sea', fields: [{ field: 'params.prompt', from: 'a cat, sea', to: 'one cat, sea' }], files: ['cat-sea.png'] }],
      dry_run: true,
    });
    expect((await json(workshop, ['plan', 'm.yaml'])).jobs).toMatchObject({ changed: 12 });
    await json(workshop, ['adopt', 'cat-sea']);
    expect((await json(workshop, ['adopt', '--select', 'change:changed'])).adopt).toMatchObject({
      adopted: Array(5).fill({ reason: expect.stringContaining('params.prompt was') }),
      skipped: Array(6).fill({ why: 'it is queued and has no finished output' }),
    });
    expect(workshop.submissions()).toBe(before);
    const plan = await json(workshop, ['plan', 'm.yaml']);
    expect(plan).toMatchObject({ jobs: { unchanged: 6, changed: 6 }, cost: { ulazai: { to_pay: 6 * IMAGE } } });
    await json(workshop, ['run', 'm.yaml', '--yes']);
    expect(workshop.spent().charged).toBe(12 * IMAGE);
    expect((await workshop.jobs()).map(({ attempt, state }) => [attempt, state])).toEqual(Array(12).fill([1, 'done']));
  });

  test('takes an edit back that a run had queued and not made', async () => {
    const workshop = await opened({}, { ...MANIFEST, jobs: MANIFEST.jobs.slice(0, 1) });
    await json(workshop, ['run', 'm.yaml', '--yes', '--limit', '2']);
    workshop.write('m.yaml', { ...MANIFEST, prompt: 'one {{ animal }}, {{ scene }}', jobs: MANIFEST.jobs.slice(0, 1) });
    await json(workshop, ['run', 'm.yaml', '--max-cost', '500', '--pilot', '1', '--limit', '2']);
    expect((await workshop.jobs()).slice(0, 2).filter(({ state }) => state === 'queued')).toHaveLength(1);
    const [left] = (await workshop.jobs()).filter(({ attempt, state }) => attempt === 1 && state === 'queued');
    await json(workshop, ['adopt', left!.id]);
    expect(await json(workshop, ['run', 'm.yaml', '--yes', '--limit', '2'])).toMatchObject({ requests: { submit: 0 } });
  });

  test('reads the manifest that was run, wherever it is called: not one of the same name that lies there', async () => {
    const pear = { name: 'batch', model: 'ulazai/image', id: 'pear' };
    const workshop = await opened({}, { ...pear, prompt: 'a pear' });
    workshop.write('elsewhere/notes.txt', '');
    const ran = await workshop.run(['run', '../m.yaml', '--yes'], { below: 'elsewhere' });
    expect(ran.code, ran.stderr).toBe(0);
    workshop.write('m.yaml', { ...pear, prompt: 'one pear' });
    workshop.write('sub/m.yaml', { ...pear, prompt: 'a train' });
    const adopted = await workshop.run(['adopt', 'pear', '--json'], { below: 'sub' });
    expect(adopted.code, adopted.stderr).toBe(0);
    const params = [{ field: 'params.prompt', from: 'a pear', to: 'one pear' }];
    expect(JSON.parse(adopted.stdout)).toMatchObject({ adopt: { adopted: [{ id: 'pear', fields: params }] } });

    rmSync(join(workshop.folder, 'm.yaml'));
    const gone = await workshop.run(['adopt', 'pear'], { below: 'sub' });
    expect(gone.code).toBe(2);
    expect(gone.stderr).toContain('The manifest of batch was ../m.yaml, and is not there: name it with --manifest');
  });
});
