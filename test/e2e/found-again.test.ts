import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import type { JobEntry } from '../../src/cli/documents.ts';
import { meddleWith } from '../support/meddler.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await closeWorkshops();
});

const MANIFEST = {
  name: 'batch',
  model: 'ulazai/image',
  rows: [{ what: 'pear' }, { what: 'plum' }],
  id: '{{ what }}',
  prompt: 'a {{ what }}',
};

/** A batch of two that is done; the host of its files has forgotten them, and the provider its jobs. */
async function madeAndForgotten(): Promise<Workshop> {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', MANIFEST);
  let forgotten = false;
  const host = await meddleWith(workshop, async ({ path, method }, ask) => {
    if (path.startsWith('/files/')) return forgotten ? { status: 403, body: 'expired' } : null;
    if (!/generate\/[^/]+\/$/.test(path) || method !== 'GET' || path.includes('history')) return null;
    if (forgotten) return { status: 404, body: { success: false, error: 'Job not found' } };
    const { json } = await ask();
    return { status: 200, body: JSON.stringify(json).replaceAll(workshop.sandbox.url, host.url) };
  });
  servers.push(host);
  await workshop.document(['run', 'm.yaml', '--yes']);
  forgotten = true;
  return workshop;
}

const statesOf = (jobs: readonly JobEntry[]): readonly string[] => jobs.map(({ state }) => state);

describe('another output folder', () => {
  test('gets a copy of what was made, which nothing is paid for; the one of before is left as it is and used again', async () => {
    const workshop = await madeAndForgotten();
    const pear = readFileSync(join(workshop.folder, 'out/batch/pear.png'));
    const plan = await workshop.run(['plan', 'm.yaml', '--out', 'elsewhere', '--json']);
    expect(JSON.parse(plan.stdout).jobs).toMatchObject({ unchanged: 2, missing: 0 });
    const ran = await workshop.run(['run', 'm.yaml', '--yes', '--out', 'elsewhere']);
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('2 files are copied from') });
    expect(workshop.files('elsewhere').filter((file) => file.endsWith('.png'))).toEqual(['pear.png', 'plum.png']);
    expect(readFileSync(join(workshop.folder, 'elsewhere/pear.png'))).toEqual(pear);
    await workshop.document(['run', 'm.yaml', '--yes']);
    expect(workshop.files('out/batch')).toEqual(['pear.png', 'plum.png']);
    expect(statesOf(await workshop.jobs())).toEqual(['done', 'done']);
    expect(workshop.spent().charged).toBe(16);
  });

  test('with a file of somebody else under the name: it stays, and so does the one of before', async () => {
    const workshop = await madeAndForgotten();
    workshop.write('elsewhere/pear.png', 'mine');
    await workshop.run(['run', 'm.yaml', '--yes', '--out', 'elsewhere']);
    expect(readFileSync(join(workshop.folder, 'elsewhere/pear.png'), 'utf8')).toBe('mine');
    await workshop.document(['run', 'm.yaml', '--yes']);
    expect(statesOf(await workshop.jobs())).toEqual(['done', 'done']);
    expect(workshop.spent().charged).toBe(16);
  });
});

describe('an output folder that is not there', () => {
  test('is no reason to give up its files: run, resume and download refuse', async () => {
    const workshop = await madeAndForgotten();
    const [out, away] = [join(workshop.folder, 'out'), join(workshop.folder, 'unmounted')];
    renameSync(out, away);
    for (const argv of [['run', 'm.yaml', '--yes'], ['resume', '--yes'], ['download']]) {
      const ran = await workshop.run(argv);
      expect([ran.code, ran.stderr]).toEqual([2, expect.stringMatching(/with 2 files of batch, is not there\. Mount its disk/)]);
    }
    renameSync(away, out);
    await workshop.document(['run', 'm.yaml', '--yes']);
    expect(statesOf(await workshop.jobs())).toEqual(['done', 'done']);
  });

  test.each([
    ['run', ['run', 'm.yaml', '--yes']],
    ['resume', ['resume', '--yes']],
    ['download', ['download']],
    ['a run that would make again what is missing', ['run', 'm.yaml', '--yes', '--rerun-triggers', 'params,missing']],
  ])('but an empty one in its place: files given up for it are found again when they are back, by %s', async (_, argv) => {
    const workshop = await madeAndForgotten();
    const [out, away] = [join(workshop.folder, 'out'), join(workshop.folder, 'unmounted')];
    renameSync(out, away);
    mkdirSync(join(out, 'batch'), { recursive: true });
    await workshop.document(['run', 'm.yaml', '--yes'], 4);
    expect((await workshop.jobs()).map(({ error }) => error?.class)).toEqual(['lost', 'lost']);
    rmSync(out, { recursive: true });
    renameSync(away, out);
    expect(JSON.parse((await workshop.run(['verify', '--json'])).stdout).verify.extra).toEqual([]);
    const ran = await workshop.run(argv);
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('2 jobs with files that were missing and are there again') });
    const jobs = await workshop.jobs();
    expect(statesOf(jobs)).toEqual(['done', 'done']);
    expect(jobs.map(({ error, outputs }) => [error, outputs.map(({ path }) => path)])).toEqual([
      [null, ['pear.png']],
      [null, ['plum.png']],
    ]);
    expect(workshop.spent().charged).toBe(16);
  });
});

test('a run that died between a renaming and its record leaves a file that download finds too', async () => {
  const workshop = await madeAndForgotten();
  const db = new Database(join(workshop.folder, '.nightshift/queue.db'));
  db.prepare(`UPDATE jobs SET output = 'renamed' WHERE id = 'pear'`).run();
  db.close();
  renameSync(join(workshop.folder, 'out/batch/pear.png'), join(workshop.folder, 'out/batch/renamed.png'));
  expect((await workshop.run(['download'])).code).toBe(0);
  const [pear] = await workshop.jobs();
  expect(pear).toMatchObject({ state: 'done', outputs: [{ path: 'renamed.png' }] });
});
