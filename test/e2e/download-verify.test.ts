import { appendFileSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { DownloadDocument, VerifyDocument } from '../../src/cli/action-documents.ts';
import { meddleWith } from '../support/meddler.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await closeWorkshops();
});

const IMAGE = 8;

function fruit(count: number, more: object = {}): object {
  return {
    name: 'batch',
    model: 'ulazai/image',
    rows: Array.from({ length: count }, (_, row) => ({ row })),
    id: 'r{{ row }}',
    prompt: 'pear number {{ row }}',
    ...more,
  };
}

async function json<T>(workshop: Workshop, argv: readonly string[], code = 0): Promise<T> {
  const ran = await workshop.run([...argv, '--json']);
  if (ran.code !== code) throw new Error(`${argv.join(' ')} ended with ${ran.code}: ${ran.stderr}`);
  return JSON.parse(ran.stdout) as T;
}

const download = async (workshop: Workshop, argv: readonly string[] = [], code = 0): Promise<DownloadDocument['download']> =>
  (await json<DownloadDocument>(workshop, ['download', ...argv], code)).download;
const verify = async (workshop: Workshop, code = 0): Promise<VerifyDocument['verify']> =>
  (await json<VerifyDocument>(workshop, ['verify'], code)).verify;

describe('download', () => {
  test('of what a sandbox made that has ended says so, and asks nobody', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', fruit(2));
    await workshop.document(['run', 'm.yaml', '--sandbox']);
    rmSync(join(workshop.folder, 'out/sandbox/batch', workshop.files('out/sandbox/batch').find((file) => file.endsWith('r1.png'))!));
    const ran = await workshop.run(['download', '--sandbox']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('The sandbox that made the files of r1 is gone');
    expect(ran.stderr).not.toContain('allow_private_hosts');
    expect(workshop.requests()).toBe(0);
  });

  test('fetches what vanished and what was never saved, submits nothing, pays nothing, and leaves the queue alone', async () => {
    const workshop = await sandboxWorkshop();
    // Two files cannot be placed at first: something of the name of their folder is in the way.
    workshop.write('m.yaml', fruit(6, { output: '{% if row < 2 %}sub/{% endif %}r{{ row }}' }));
    workshop.write('out/batch/sub', 'not a folder');
    await workshop.document(['run', 'm.yaml', '--max-cost', String(4 * IMAGE), '--partial'], 8);
    expect((await workshop.jobs()).map(({ state }) => state)).toEqual(['ready', 'ready', 'done', 'done', 'queued', 'queued']);
    const { submissions, spent } = { submissions: workshop.submissions(), spent: workshop.spent() };
    const original = readFileSync(join(workshop.folder, 'out/batch/r3.png'));
    rmSync(join(workshop.folder, 'out/batch/r3.png'));
    rmSync(join(workshop.folder, 'out/batch/sub'));

    const requests = workshop.requests();
    expect(await download(workshop, ['--dry-run'])).toEqual({
      batch: 'batch',
      wanted: [
        { id: 'r0', files: 1, why: 'ready' },
        { id: 'r1', files: 1, why: 'ready' },
        { id: 'r3', files: 1, why: 'missing' },
      ],
      saved: 0,
      bytes: 0,
      left: [],
      lost: [],
      dry_run: true,
    });
    expect(workshop.requests()).toBe(requests);

    expect(await download(workshop, ['--select', 'id:r3'])).toMatchObject({ saved: 1, bytes: original.length, left: [], lost: [] });
    expect(readFileSync(join(workshop.folder, 'out/batch/r3.png'))).toEqual(original);
    expect(await download(workshop)).toMatchObject({ wanted: [{ id: 'r0' }, { id: 'r1' }], saved: 2 });
    expect(workshop.files('out/batch')).toEqual(['r2.png', 'r3.png', 'sub/r0.png', 'sub/r1.png']);
    expect((await workshop.jobs()).map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done', 'queued', 'queued']);
    expect(await download(workshop)).toMatchObject({ wanted: [], saved: 0 });
    expect(workshop.submissions()).toBe(submissions);
    expect(workshop.spent()).toEqual(spent);
  });

  test.each([
    ['download', ['download']],
    ['run', ['run', 'm.yaml', '--yes']],
  ])('of a job that was adopted for another provider: whoever made it is asked for a fresh URL (%s)', async (_, argv) => {
    const workshop = await sandboxWorkshop();
    const pear = { name: 'batch', model: 'ulazai/image', id: 'pear', prompt: 'a pear' };
    workshop.write('m.yaml', pear);
    let expired = false;
    const host = await meddleWith(workshop, async ({ method, path }, ask) => {
      if (path.startsWith('/files/')) return expired ? { status: 403, body: 'expired' } : null;
      if (expired || method !== 'GET' || !/generate\/[^/]+\/$/.test(path) || path.includes('history')) return null;
      const { status, json } = await ask();
      return { status, body: JSON.stringify(json).replaceAll(workshop.sandbox.url, host.url) };
    });
    servers.push(host);
    await workshop.document(['run', 'm.yaml', '--yes']);
    const made = readFileSync(join(workshop.folder, 'out/batch/pear.png'));
    workshop.write('m.yaml', { ...pear, model: 'mayanio/nano-banana' });
    expect((await workshop.run(['adopt', 'pear'])).code).toBe(0);
    rmSync(join(workshop.folder, 'out/batch/pear.png'));
    expired = true;

    const ran = await workshop.run(argv);
    expect(ran.code, ran.stderr).toBe(0);
    expect(readFileSync(join(workshop.folder, 'out/batch/pear.png')).equals(made)).toBe(true);
    expect([workshop.spent().charged, workshop.spent('mayanio').charged]).toEqual([IMAGE, 0]);
  });

  test('what cannot be placed stays ready, and the command says so with its exit code', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', fruit(1, { output: 'sub/r0' }));
    workshop.write('out/batch/sub', 'not a folder');
    await workshop.document(['run', 'm.yaml', '--yes'], 4);
    const ran = await workshop.run(['download']);
    expect(ran.code).toBe(5);
    expect(ran.stderr).toContain('1 job could not be had now');
    expect(readFileSync(join(workshop.folder, 'out/batch/sub'), 'utf8')).toBe('not a folder');
  });
});

describe('verify', () => {
  test('all well: 0, with every attempt counted', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', fruit(3));
    await workshop.document(['run', 'm.yaml', '--yes']);
    await workshop.run(['regenerate', 'r1', '--yes']);
    await workshop.document(['resume', '--yes']);
    const found = await verify(workshop);
    expect(found).toMatchObject({ files: 4, ok: 4, missing: [], changed: [], extra: [] });
    expect(found.bytes).toBe(
      workshop.files('out/batch').reduce((sum, name) => sum + readFileSync(join(workshop.folder, 'out/batch', name)).length, 0),
    );
  });

  test('the file of an earlier attempt may be deleted once a later one is there: it is told, and all is well', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'r0', prompt: 'a pear' });
    await workshop.document(['run', 'm.yaml', '--yes']);
    await workshop.run(['regenerate', 'r0', '--yes']);
    await workshop.document(['resume', '--yes']);
    rmSync(join(workshop.folder, 'out/batch/r0.a1.png'));
    const ran = await workshop.run(['verify']);
    expect(ran.code, ran.stdout).toBe(0);
    expect(ran.stdout).toContain('r0.a1.png  (r0, attempt 1): a later attempt took its place');
    expect(ran.stderr).not.toContain('nightshift download');
    expect(await verify(workshop)).toMatchObject({ missing: [], missing_earlier: [{ id: 'r0', attempt: 1, path: 'r0.a1.png' }] });
    // The one that is there for the job is another matter.
    rmSync(join(workshop.folder, 'out/batch/r0.png'));
    expect((await workshop.run(['verify'])).code).toBe(4);
  });

  test('names what is missing, changed in size or in a single bit, and what is not ours: 4', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', fruit(4));
    await workshop.document(['run', 'm.yaml', '--yes']);
    const at = (name: string): string => join(workshop.folder, 'out/batch', name);
    rmSync(at('r0.png'));
    appendFileSync(at('r1.png'), 'x');
    const bytes = readFileSync(at('r2.png'));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(at('r2.png'), bytes);
    workshop.write('out/batch/notes/own.txt', 'mine');
    symlinkSync('/nowhere', at('link'));
    expect(await verify(workshop, 4)).toMatchObject({
      files: 4,
      ok: 1,
      missing: [{ id: 'r0', attempt: 1, path: 'r0.png' }],
      changed: [
        { id: 'r1', path: 'r1.png', why: 'its size is another than the one that was saved' },
        { id: 'r2', path: 'r2.png', why: 'its sha-256 is another than the one that was saved' },
      ],
      extra: ['link', 'notes/own.txt'],
    });
    const text = await workshop.run(['verify']);
    expect(text.stdout).toContain('missing  r0.png  (r0, attempt 1)');
    expect(text.stderr).toContain('1 of 4 files are as they were saved');
    // Files that are not ours do no harm.
    rmSync(at('r1.png'));
    rmSync(at('r2.png'));
    await workshop.run(['download']);
    expect(await verify(workshop)).toMatchObject({ ok: 4, missing: [], changed: [], extra: ['link', 'notes/own.txt'] });
  });
});
