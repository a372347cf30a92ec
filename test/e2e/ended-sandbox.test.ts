import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import type { JobEntry } from '../../src/cli/documents.ts';
import type { PlanDocument } from '../../src/plan/plan-document.ts';
import type { RunDocument } from '../../src/report/run-document.ts';
import { eventually } from '../support/eventually.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

const fruit = (name: string, rows: number, model = 'ulazai/image') => ({
  name,
  model,
  rows: Array.from({ length: rows }, (_, row) => ({ row })),
  id: 'r{{ row }}',
  prompt: '{{ row }} pears',
});

async function json<T>(workshop: Workshop, argv: readonly string[], code = 0): Promise<T> {
  const ran = await workshop.run([...argv, '--json']);
  if (ran.code !== code) throw new Error(`${argv.join(' ')} ended with ${ran.code}:\n${ran.stderr}`);
  return JSON.parse(ran.stdout) as T;
}

const states = async (workshop: Workshop, batch: string): Promise<readonly (readonly [string, string, number])[]> =>
  (await json<{ jobs: readonly JobEntry[] }>(workshop, ['jobs', batch, '--sandbox'])).jobs.map(({ id, state, attempt }) => [
    id,
    state,
    attempt,
  ]);

/** Every row of every table that says what was made and what it cost. */
function queueOf(workshop: Workshop): string {
  const db = new Database(join(workshop.folder, '.nightshift/sandbox/queue.db'), { readonly: true });
  try {
    return JSON.stringify(['batches', 'jobs', 'attempts', 'outputs', 'ledger'].map((table) => db.prepare(`SELECT * FROM ${table}`).all()));
  } finally {
    db.close();
  }
}

describe('a sandbox that has ended', () => {
  test('and a file that is no longer on disk: plan changes nothing; a run loses that job alone, and retry makes it again', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('a.yaml', fruit('a', 2));
    workshop.write('b.yaml', fruit('b', 1));
    await workshop.document(['run', 'a.yaml', '--sandbox']);
    await workshop.document(['run', 'b.yaml', '--sandbox']);
    rmSync(join(workshop.folder, 'out/sandbox/a/r0.png'));
    const before = queueOf(workshop);
    for (const argv of [
      ['plan', 'a.yaml', '--sandbox'],
      ['run', 'a.yaml', '--sandbox', '--dry-run'],
    ])
      expect((await json<PlanDocument>(workshop, argv)).jobs).toMatchObject({ total: 2, unchanged: 1, missing: 1 });
    expect(queueOf(workshop)).toBe(before);

    expect((await workshop.run(['regenerate', 'r1', '--batch', 'a', '--sandbox', '--yes'])).code).toBe(0);
    const ran = await workshop.run(['run', 'a.yaml', '--sandbox']);
    expect(ran.code).toBe(4);
    expect(ran.stderr).toMatch(
      /1 job lost: the sandbox that made the files ended with its run.*nightshift retry a --select state:failed --sandbox/,
    );
    expect(await states(workshop, 'a')).toEqual([
      ['r0', 'failed', 1],
      ['r1', 'done', 2],
    ]);
    expect(await states(workshop, 'b')).toEqual([['r0', 'done', 1]]);
    expect(existsSync(join(workshop.folder, 'out/sandbox/b/r0.png'))).toBe(true);

    await json(workshop, ['retry', 'a', '--sandbox', '--yes', '--select', 'state:failed']);
    const { jobs, money } = await workshop.document(['run', 'a.yaml', '--sandbox']);
    expect(jobs).toMatchObject({ total: 2, done: 2 });
    expect(money.ulazai).toMatchObject({ charged: 32, refunded: 0 });
    expect(existsSync(join(workshop.folder, 'out/sandbox/a/r0.png'))).toBe(true);
  });

  test('and jobs in flight: plan changes nothing; the next run queues those again and leaves everything else', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('a.yaml', fruit('a', 1));
    workshop.write('b.yaml', { ...fruit('b', 3, 'ulazai/veo3') });
    await workshop.document(['run', 'a.yaml', '--sandbox']);
    const { child, events, ended } = workshop.start(['run', 'b.yaml', '--sandbox', '--events']);
    await eventually('something is being made', () => events().some(({ state }) => state === 'processing'));
    child.kill('SIGKILL');
    await ended;
    const inFlight = (await states(workshop, 'b')).filter(([, state]) => state !== 'queued' && state !== 'done').length;
    const before = queueOf(workshop);
    expect((await workshop.run(['plan', 'b.yaml', '--sandbox'])).code).toBe(0);
    expect((await workshop.run(['resume', '--dry-run', '--sandbox'])).code).toBe(0);
    expect(queueOf(workshop)).toBe(before);

    const ran = await workshop.run(['resume', '--sandbox', '--json']);
    expect(ran).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(new RegExp(`had ${inFlight} jobs? in flight is gone: queued again`)),
    });
    const { jobs, money } = JSON.parse(ran.stdout) as RunDocument;
    expect(jobs).toMatchObject({ total: 3, done: 3 });
    expect(money.ulazai).toMatchObject({ net: 900, reserved: 0, unknown: 0, difference: 0 });
    expect(await states(workshop, 'a')).toEqual([['r0', 'done', 1]]);
    expect(existsSync(join(workshop.folder, 'out/sandbox/a/r0.png'))).toBe(true);
  });
});
