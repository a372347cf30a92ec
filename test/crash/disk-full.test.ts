import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { meddleWith } from '../support/meddler.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';
import { type Ended, Program } from './program.ts';
import { MAY_MOUNT, SmallDisk } from './small-disk.ts';

const JOBS = 24;
const RUN = ['run', 'm.yaml', '--yes'];

let program: Program;
beforeAll(() => {
  program = new Program();
});
afterAll(() => program.remove());

const disks: SmallDisk[] = [];
const releases: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0)) await release();
  for (const disk of disks.splice(0)) disk.unmount();
  await closeWorkshops();
});

async function workshopWith(small: '.nightshift' | 'out', model = 'ulazai/image'): Promise<{ workshop: Workshop; disk: SmallDisk }> {
  const workshop = await sandboxWorkshop({ speed: 600 });
  const disk = new SmallDisk(join(workshop.folder, small));
  disks.push(disk);
  const rows = Array.from({ length: JOBS }, (_, n) => ({ n }));
  workshop.write('m.yaml', { name: 'batch', model, rows, id: 'r{{ n }}', prompt: 'pear {{ n }}' });
  return { workshop, disk };
}

/** Fills the disk when the nth submission was taken and charged, before its answer goes back; counts those that came afterwards. */
async function fillAtAnswer(workshop: Workshop, disk: SmallDisk, nth: number): Promise<{ submitted: number; after: number }> {
  const seen = { submitted: 0, after: 0 };
  const server = await meddleWith(workshop, async ({ method, path }, ask) => {
    if (method !== 'POST' || path.includes('upload')) return null;
    seen.submitted += 1;
    if (seen.submitted > nth) seen.after += 1;
    const mine = seen.submitted;
    const { status, json } = await ask();
    if (mine === nth) disk.fillAtOnce();
    return { status, body: json };
  });
  releases.push(() => server.close());
  return seen;
}

async function start(workshop: Workshop, argv: readonly string[] = RUN): Promise<Ended> {
  return program.start(argv, { cwd: workshop.folder, env: workshop.env }).ended;
}

/** Ids that the sandbox gave out and the queue does not hold. */
function lostIds(workshop: Workshop): readonly string[] {
  const given = workshop.sandbox.ledger.bookings().flatMap(({ kind, remoteId }) => (kind === 'charge' ? [remoteId] : []));
  return given.filter((id) => workshop.query<number>('SELECT count(*) FROM remote_ids WHERE remote_id = ?', id) === 0);
}

async function expectFinished(workshop: Workshop, provider = 'ulazai'): Promise<void> {
  const ended = await start(workshop, [...RUN, '--json']);
  expect(ended.code, ended.stderr).toBe(0);
  expect(JSON.parse(ended.stdout)).toMatchObject({
    stopped: 'completed',
    jobs: { total: JOBS, done: JOBS },
    money: { [provider]: { charged: JOBS * 8, refunded: 0, reserved: 0, unknown: 0 } },
  });
  expect([...workshop.chargesByPrompt().values()]).toEqual(Array.from({ length: JOBS }, () => 1));
  expect(workshop.files('out/batch')).toHaveLength(JOBS);
  expect(workshop.query<string>('PRAGMA integrity_check')).toBe('ok');
  expect(existsSync(join(workshop.folder, '.nightshift/queue.db.ballast'))).toBe(false);
}

describe.skipIf(!MAY_MOUNT)('the disk of the queue fills up while submissions are on their way', () => {
  test.each(['ulazai/image', 'mayanio/nano-banana'])(
    '%s: every id that came is stored, nothing more is submitted, the path is named, and the next run goes on',
    async (model) => {
      const { workshop, disk } = await workshopWith('.nightshift', model);
      const seen = await fillAtAnswer(workshop, disk, 3);
      const ended = await start(workshop);
      expect(ended.code, ended.stderr).toBe(1);
      expect(ended.stderr).toContain(`error: The disk that holds ${join(workshop.folder, '.nightshift/queue.db')} is full.`);
      expect(ended.stderr).toContain('Free at least 8 MB there and run again');
      expect(ended.stderr).not.toContain('unexpected');
      // Those that were on their way with the third: one a slot.
      expect(seen.after).toBeLessThanOrEqual(4);
      disk.free();
      expect(lostIds(workshop)).toEqual([]);
      expect(workshop.query<number>("SELECT count(*) FROM attempts WHERE state IN ('submitting', 'unknown')")).toBe(0);
      await expectFinished(workshop, model.slice(0, model.indexOf('/')));
    },
  );

  test('without the ballast that id would be lost: it is what saves it', async () => {
    const { workshop, disk } = await workshopWith('.nightshift');
    await fillAtAnswer(workshop, disk, 3);
    const bare = new Program();
    releases.push(async () => bare.remove());
    const file = bare.file('src/queue/ballast.js');
    writeFileSync(file, readFileSync(file, 'utf8').replace('keep(commit) {', 'keep(commit) { return commit();'));
    const ended = await bare.start(RUN, { cwd: workshop.folder, env: workshop.env }).ended;
    expect(ended.code).toBe(1);
    disk.free();
    expect(lostIds(workshop).length).toBeGreaterThan(0);
    // Its intent is stored: it is found again in the history, and nothing is paid twice.
    await expectFinished(workshop);
  });

  test('before the start: refused with 1, nothing sent, and the queue as it was', async () => {
    const { workshop, disk } = await workshopWith('.nightshift');
    disk.fill();
    const ended = await start(workshop);
    expect(ended.code, ended.stderr).toBe(1);
    expect(ended.stderr).toContain('is full');
    expect(ended.stderr).not.toContain('unexpected');
    expect(workshop.requests()).toBe(0);
    disk.free();
    await expectFinished(workshop);
  });

  test('by a megabyte less than the ballast needs: refused before anything is sent', async () => {
    const { workshop, disk } = await workshopWith('.nightshift');
    writeFileSync(join(disk.folder, 'filler'), Buffer.alloc(7 * 1024 * 1024));
    const ended = await start(workshop);
    expect(ended.code, ended.stderr).toBe(1);
    expect(ended.stderr).toContain('is full');
    expect(workshop.submissions()).toBe(0);
    disk.free();
    await expectFinished(workshop);
  });
});

describe.skipIf(!MAY_MOUNT)('the disk of the outputs fills up', () => {
  test('no more is submitted, the file is named, what is paid is collected after space was made', async () => {
    const { workshop, disk } = await workshopWith('out');
    const seen = await fillAtAnswer(workshop, disk, 3);
    const ended = await start(workshop);
    expect(ended.code, ended.stderr).toBe(1);
    expect(ended.stderr).toMatch(/error: The disk is full: \S+\/out\/batch\/\S+ cannot be written/);
    expect(ended.stderr).toContain('Free some space and run again');
    expect(ended.stderr).not.toContain('unexpected');
    expect(seen.submitted).toBeLessThan(JOBS);
    expect(workshop.files('out/batch').filter((file) => file.endsWith('.part'))).toEqual([]);
    expect(lostIds(workshop)).toEqual([]);
    disk.free();
    await expectFinished(workshop);
  });
});

describe.skipIf(!existsSync('/dev/full'))('the disk behind standard output fills up', () => {
  test('the run is worked to its end all the same, and the exit code says that the output is not whole', async () => {
    const workshop = await sandboxWorkshop({ speed: 600 });
    const rows = Array.from({ length: JOBS }, (_, n) => ({ n }));
    workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', rows, id: 'r{{ n }}', prompt: 'pear {{ n }}' });
    const child = spawn(process.execPath, [program.file('src/cli/main.js'), ...RUN, '--events'], {
      cwd: workshop.folder,
      env: { ...process.env, ...workshop.env },
      stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    });
    const stderr = text(child.stderr as Readable);
    const [code] = await once(child, 'close');
    expect(code, await stderr).toBe(1);
    expect(await stderr).toContain('standard output could not be written: ENOSPC');
    expect(workshop.query<number>("SELECT count(*) FROM jobs WHERE state = 'done'")).toBe(JOBS);
    await expectFinished(workshop);
  });
});
