import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { FaultName } from '../../src/sandbox/sandbox-options.ts';
import { meddleWith } from '../support/meddler.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await closeWorkshops();
});

const IMAGE = 8;

interface Plan {
  readonly jobs: Readonly<Record<string, number>>;
  readonly cost: { readonly ulazai: { readonly to_pay: number } };
  readonly changes: readonly Readonly<Record<string, unknown>>[];
}

const faults: Partial<Record<FaultName, number>> = {};

const write = (workshop: Workshop, prompt: string, more: object = {}): void =>
  void workshop.write('m.yaml', { name: 'batch', jobs: [{ id: 'pear', model: 'ulazai/image', prompt, ...more }] });

const run = (workshop: Workshop, code = 0, ...more: readonly string[]) => workshop.document(['run', 'm.yaml', '--yes', ...more], code);

const plan = async (workshop: Workshop, ...more: readonly string[]): Promise<Plan> => {
  const planned = await workshop.run(['plan', 'm.yaml', '--json', ...more]);
  expect(planned.code, planned.stderr).toBe(0);
  return JSON.parse(planned.stdout) as Plan;
};

const read = (workshop: Workshop, name: string): string => readFileSync(join(workshop.folder, 'out/batch', name), 'base64');

/** A job done as a red pear, for 8 credits. */
async function redPear(): Promise<{ readonly workshop: Workshop; readonly red: string }> {
  for (const name of Object.keys(faults)) delete faults[name as FaultName];
  const workshop = await sandboxWorkshop({ faults });
  write(workshop, 'a red pear');
  await run(workshop);
  return { workshop, red: read(workshop, 'pear.png') };
}

/** The job made anew as a blue pear. */
async function turnedBlue(): Promise<{ readonly workshop: Workshop; readonly red: string; readonly blue: string }> {
  const made = await redPear();
  write(made.workshop, 'a blue pear');
  await run(made.workshop);
  return { ...made, blue: read(made.workshop, 'pear.png') };
}

/** Nothing but these was charged, the job is done with that file, and everything on disk is as recorded. */
async function expectDone(workshop: Workshop, content: string, charges: Readonly<Record<string, number>>): Promise<void> {
  expect(Object.fromEntries(workshop.chargesByPrompt())).toEqual(charges);
  expect(await workshop.jobs()).toMatchObject([{ id: 'pear', state: 'done', error: null, outputs: [{ path: 'pear.png' }] }]);
  expect(read(workshop, 'pear.png')).toBe(content);
  const verified = await workshop.run(['verify']);
  expect(verified.code, verified.stdout).toBe(0);
}

describe('an edit that is taken back', () => {
  test.each(['failed', 'rejected', 'canceled after it failed', 'queued after it failed'] as const)(
    'when it was %s: the job is done with its first result, and pays nothing',
    async (how) => {
      const { workshop, red } = await redPear();
      write(workshop, 'a blue pear');
      if (how === 'rejected') {
        servers.push(
          await meddleWith(workshop, async ({ method }) =>
            method === 'POST' ? { status: 400, body: { success: false, error: 'no blue pears' } } : null,
          ),
        );
      } else faults['generation-failed'] = 1;
      await run(workshop, 4);
      if (how === 'queued after it failed') await workshop.run(['retry', '--yes']);
      if (how === 'canceled after it failed') {
        await workshop.run(['retry', '--yes']);
        await workshop.run(['cancel']);
      }
      const net = workshop.spent().net;
      expect(net).toBe(IMAGE);
      write(workshop, 'a red pear');
      expect(await plan(workshop)).toMatchObject({
        jobs: { unchanged: 1, changed: 0, missing: 0 },
        cost: { ulazai: { to_pay: 0 } },
        changes: [
          {
            id: 'pear',
            change: 'unchanged',
            cost: 0,
            reason: 'its result of attempt 1 is there: it is taken again, nothing is paid',
            files: [],
          },
        ],
      });
      const submissions = workshop.submissions();
      expect(await run(workshop)).toMatchObject({ jobs: { done: 1 }, requests: { submit: 0 } });
      expect(workshop.submissions()).toBe(submissions);
      expect(workshop.spent().net).toBe(net);
      expect(read(workshop, 'pear.png')).toBe(red);
      expect(await workshop.jobs()).toMatchObject([{ state: 'done', attempt: 1, error: null, outputs: [{ path: 'pear.png' }] }]);
      expect((await workshop.run(['verify'])).code).toBe(0);
    },
  );

  test('when it was made: the first result has the name again, the other is kept under its number, and so back and forth', async () => {
    const { workshop, red, blue } = await turnedBlue();
    const charges = { 'a red pear': 1, 'a blue pear': 1 };
    write(workshop, 'a red pear');
    const table = await workshop.run(['plan', 'm.yaml']);
    expect(table.stdout).toContain('Back     pear: its result of attempt 1 is there');
    expect(await plan(workshop)).toMatchObject({
      jobs: { unchanged: 1, changed: 0 },
      cost: { ulazai: { to_pay: 0 } },
      changes: [
        {
          change: 'unchanged',
          cost: 0,
          files: [
            { from: 'pear.a1.png', to: 'pear.png' },
            { from: 'pear.png', to: 'pear.a2.png' },
          ],
        },
      ],
    });
    // Without a word that money may be spent: there is none to spend.
    expect((await workshop.run(['run', 'm.yaml'])).code).toBe(0);
    await expectDone(workshop, red, charges);
    expect(workshop.files('out/batch')).toEqual(['pear.a2.png', 'pear.png']);
    expect(read(workshop, 'pear.a2.png')).toBe(blue);

    write(workshop, 'a blue pear');
    await run(workshop);
    await expectDone(workshop, blue, charges);
    expect(workshop.files('out/batch')).toEqual(['pear.a1.png', 'pear.png']);

    // A third edit is an attempt of its own; one that is refused for want of money leaves the job with what it stood with.
    write(workshop, 'a red pear');
    await run(workshop);
    write(workshop, 'a green pear', { output: 'fruit/pear' });
    await run(workshop);
    expect(workshop.files('out/batch')).toEqual(['fruit/pear.png', 'pear.a1.png', 'pear.a2.png']);
    write(workshop, 'a blue pear');
    await run(workshop);
    await expectDone(workshop, blue, { ...charges, 'a green pear': 1 });
    expect(workshop.files('out/batch')).toEqual(['fruit/pear.a3.png', 'pear.a1.png', 'pear.png']);
  });

  test('is not taken again by a run that does not mean the job, and by none where another attempt was asked for', async () => {
    const { workshop, blue } = await turnedBlue();
    workshop.write('m.yaml', {
      name: 'batch',
      model: 'ulazai/image',
      jobs: [
        { id: 'pear', prompt: 'a red pear' },
        { id: 'fig', prompt: 'a fig' },
      ],
    });
    await run(workshop, 0, '--select', 'id:fig');
    expect(read(workshop, 'pear.png')).toBe(blue);
    expect(workshop.chargesByPrompt().get('a red pear')).toBe(1);

    write(workshop, 'a red pear');
    await run(workshop, 0, '--rerun-triggers', 'none');
    const asked = await workshop.run(['regenerate', 'pear', '--yes']);
    // It stands with its first attempt again, and has had two.
    expect(asked.stderr).toContain('pear: attempt 3');
    expect((await plan(workshop)).cost.ulazai.to_pay).toBe(IMAGE);
    await run(workshop);
    expect(workshop.chargesByPrompt().get('a red pear')).toBe(2);
    expect(workshop.files('out/batch').filter((name) => name.includes('pear'))).toEqual(['pear.a1.png', 'pear.a2.png', 'pear.png']);
  });

  test('brings back what a person asked for in the place of the prompt, and so does a manifest that takes that prompt over', async () => {
    const { workshop } = await redPear();
    workshop.write('d.csv', 'id,attempt,decision,prompt\npear,1,reject,a ripe pear\n');
    await workshop.run(['regenerate', '--from', 'd.csv', '--yes']);
    await run(workshop);
    const ripe = read(workshop, 'pear.png');
    write(workshop, 'a blue pear');
    await run(workshop);
    const charges = { 'a red pear': 1, 'a ripe pear': 1, 'a blue pear': 1 };

    write(workshop, 'a red pear');
    await run(workshop);
    await expectDone(workshop, ripe, charges);
    const asked = () => workshop.query<string | null>(`SELECT asked_prompt FROM jobs WHERE id = 'pear'`);
    expect(asked()).toBe('a ripe pear');

    write(workshop, 'a ripe pear');
    expect((await plan(workshop)).cost.ulazai.to_pay).toBe(0);
    await run(workshop);
    await expectDone(workshop, ripe, charges);
    expect(asked()).toBeNull();
  });

  test('after an edit that was adopted: neither the way there nor the way back is paid for', async () => {
    const { workshop, red } = await redPear();
    write(workshop, 'a read pear');
    await workshop.run(['adopt', 'pear']);
    write(workshop, 'a blue pear');
    await run(workshop);
    const charges = { 'a red pear': 1, 'a blue pear': 1 };
    for (const prompt of ['a read pear', 'a red pear']) {
      write(workshop, prompt);
      expect((await plan(workshop)).cost.ulazai.to_pay).toBe(0);
      await run(workshop);
      await expectDone(workshop, red, charges);
    }
    // What is there now can be adopted in the place of what would come back.
    write(workshop, 'a blue pear');
    expect((await workshop.run(['adopt', 'pear'])).code).toBe(0);
    await run(workshop);
    await expectDone(workshop, red, charges);
  });

  test('after another attempt was asked for and adopt called that off: the wish does not come to life again', async () => {
    const { workshop, red } = await redPear();
    await workshop.run(['regenerate', 'pear', '--yes']);
    expect((await workshop.run(['adopt', 'pear'])).code).toBe(0);
    write(workshop, 'a blue pear');
    // Stored, and not made: the cap is what the first one took.
    await run(workshop, 8, '--max-cost', String(IMAGE), '--partial');
    write(workshop, 'a red pear');
    expect((await plan(workshop)).cost.ulazai.to_pay).toBe(0);
    await run(workshop);
    await expectDone(workshop, red, { 'a red pear': 1 });
  });
});

describe('the file of a result that is taken again', () => {
  test.each([
    ['was deleted', (path: string) => rmSync(path)],
    ['has other content', (path: string) => writeFileSync(path, 'a note')],
  ])('%s: it is downloaded again in the same run, free', async (_, harm) => {
    const { workshop, red } = await turnedBlue();
    harm(join(workshop.folder, 'out/batch/pear.a1.png'));
    write(workshop, 'a red pear');
    const planned = await plan(workshop);
    expect(planned).toMatchObject({ jobs: { unchanged: 0, missing: 1, changed: 0 }, cost: { ulazai: { to_pay: 0 } } });
    expect(planned.changes.map(({ change, cost }) => [change, cost])).toEqual([['missing', 0]]);
    expect(await run(workshop)).toMatchObject({ jobs: { done: 1 }, requests: { submit: 0 } });
    await expectDone(workshop, red, { 'a red pear': 1, 'a blue pear': 1 });
  });

  test('that was never renamed and has vanished, with an edit that was queued and not made', async () => {
    const { workshop, red } = await redPear();
    write(workshop, 'a blue pear');
    await run(workshop, 8, '--max-cost', String(IMAGE), '--partial');
    rmSync(join(workshop.folder, 'out/batch/pear.png'));
    write(workshop, 'a red pear');
    expect(await run(workshop)).toMatchObject({ jobs: { done: 1 }, requests: { submit: 0 } });
    await expectDone(workshop, red, { 'a red pear': 1 });
  });

  test('whose place the file of the other result has left already', async () => {
    const { workshop, red } = await turnedBlue();
    rmSync(join(workshop.folder, 'out/batch/pear.png'));
    write(workshop, 'a red pear');
    await run(workshop);
    expect(read(workshop, 'pear.png')).toBe(red);
    const verified = JSON.parse((await workshop.run(['verify', '--json'])).stdout) as { verify: object };
    expect(verified.verify).toMatchObject({ missing: [], changed: [], missing_earlier: [{ path: 'pear.a2.png', attempt: 2 }] });
  });

  test('finds a stranger in its way: refused before anything is done', async () => {
    const { workshop, blue } = await turnedBlue();
    workshop.write('out/batch/pear.a2.png', 'mine');
    write(workshop, 'a red pear');
    const refused = await workshop.run(['run', 'm.yaml', '--yes']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('to be renamed from pear.png to pear.a2.png, and a file of that name is there already');
    expect(read(workshop, 'pear.png')).toBe(blue);
  });
});
