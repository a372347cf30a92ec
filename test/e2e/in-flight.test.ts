import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

/** Two images, killed while both are being made. */
async function twoInFlight(): Promise<Workshop> {
  const workshop = await sandboxWorkshop({ speed: 30 });
  workshop.write('m.yaml', manifest(['a pear', 'an apple']));
  const run = workshop.start(['run', 'm.yaml', '--yes', '--events']);
  await eventually('both are in flight', () => run.events().filter(({ state }) => state === 'processing').length === 2);
  run.child.kill('SIGKILL');
  await run.ended;
  return workshop;
}

function manifest(prompts: readonly string[]): object {
  return { name: 'batch', model: 'ulazai/image', rows: prompts.map((what, n) => ({ what, n })), id: 'r{{ n }}', prompt: '{{ what }}' };
}

describe('a manifest that changes while its jobs are in flight', () => {
  test('collects what was ordered first; the next run pays for the change', async () => {
    const workshop = await twoInFlight();
    workshop.write('m.yaml', manifest(['a pear', 'a green apple']));
    const first = await workshop.document(['run', 'm.yaml', '--yes']);
    expect(first).toMatchObject({ jobs: { done: 2 }, requests: { submit: 0 }, money: { ulazai: { charged: 16 } } });
    const second = await workshop.document(['run', 'm.yaml', '--yes']);
    expect(second).toMatchObject({ jobs: { done: 2 }, requests: { submit: 1 }, money: { ulazai: { charged: 24, difference: 0 } } });
    expect([...workshop.chargesByPrompt().values()]).toEqual([1, 1, 1]);
    expect(workshop.files('out/batch')).toEqual(['r0.png', 'r1.a1.png', 'r1.png']);
  });

  test('still collects the row that it no longer has, since it is paid for', async () => {
    const workshop = await twoInFlight();
    workshop.write('m.yaml', manifest(['a pear']));
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({
      requests: { submit: 0 },
      money: { ulazai: { charged: 16 } },
    });
    expect(workshop.files('out/batch')).toEqual(['r0.png', 'r1.png']);
  });
});

describe('an output folder that cannot be written', () => {
  test('stops what is not paid yet, loses nothing, and the next run brings the files without paying', async () => {
    const workshop = await sandboxWorkshop({ limits: '{ concurrency: 1, requests: 100/200ms }' });
    workshop.write('m.yaml', manifest(['a', 'b', 'c', 'd', 'e', 'f']));
    workshop.write('out/batch', 'a file where the folder should be');
    const ran = await workshop.run(['run', 'm.yaml', '--yes', '--json']);
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toContain('out/batch');
    const sent = workshop.submissions();
    rmSync(join(workshop.folder, 'out/batch'));
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 6 }, requests: { submit: 6 - sent } });
    expect(workshop.spent().charged).toBe(48);
  });
});

test('a file of somebody else is never overwritten', async () => {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', manifest(['a pear', 'an apple']));
  workshop.write('out/batch/r0.png', 'my own drawing');
  const ran = await workshop.run(['run', 'm.yaml', '--yes', '--json']);
  expect(ran.code).not.toBe(0);
  expect(workshop.contents().get('out/batch/r0.png')?.toString()).toBe('my own drawing');
});

test('a queue file that cannot be written is refused with exit code 2, and nothing is sent', async () => {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', manifest(['a pear']));
  writeFileSync(join(workshop.folder, '.nightshift'), 'a file where the folder should be');
  chmodSync(join(workshop.folder, '.nightshift'), 0o400);
  const ran = await workshop.run(['run', 'm.yaml', '--yes']);
  expect(ran.stderr).toContain('.nightshift');
  expect(ran.code).toBe(2);
  expect(workshop.submissions()).toBe(0);
});
