import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { closeWorkshops, sandboxWorkshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

const MANIFEST = { name: 'batch', model: 'ulazai/image', rows: [{ n: 1 }, { n: 2 }], id: 'r{{ n }}', prompt: 'pear {{ n }}' };

describe('a file of somebody else has the name of an output', () => {
  test('is said by plan and refused by run before anything is paid; the file stays as it is', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', MANIFEST);
    workshop.write('out/batch/R2.txt', 'mine');
    for (const command of [['plan'], ['run', '--yes']] as const) {
      const [name, ...flags] = command;
      const ran = await workshop.run([name, 'm.yaml', ...flags, '--json']);
      expect(ran.code).toBe(2);
      const { problems } = JSON.parse(ran.stdout) as { problems: { field: string; message: string }[] };
      expect(problems).toEqual([expect.objectContaining({ field: 'output', message: expect.stringContaining('R2.txt') })]);
    }
    expect(workshop.submissions()).toBe(0);
    expect(readFileSync(join(workshop.folder, 'out/batch/R2.txt'), 'utf8')).toBe('mine');
  });

  test('files of the batch itself are no obstacle: a changed row is made again', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', MANIFEST);
    await workshop.document(['run', 'm.yaml', '--yes']);
    workshop.write('m.yaml', { ...MANIFEST, prompt: 'apple {{ n }}' });
    expect((await workshop.document(['run', 'm.yaml', '--yes'])).jobs.done).toBe(2);
    expect(workshop.files('out/batch')).toEqual(['r1.a1.png', 'r1.png', 'r2.a1.png', 'r2.png']);
  });
});

test('what was given up with an unknown outcome is not sent again by retry, only when it is selected', async () => {
  const workshop = await sandboxWorkshop({ faults: { 'cut-after-charge': 1 } });
  workshop.write('m.yaml', { ...MANIFEST, model: 'ulazai/kling-3.0', params: { duration: 3, quality: 'std' } });
  await workshop.document(['run', 'm.yaml', '--yes'], 7);
  await workshop.run(['reconcile', '--abandon', '--yes']);
  const retry = async (...flags: string[]): Promise<unknown> =>
    JSON.parse((await workshop.run(['retry', '--yes', '--json', ...flags])).stdout);
  expect(await retry()).toMatchObject({ retry: { requeued: 0, left: 2 } });
  expect(await retry('--select', 'id:r1')).toMatchObject({ retry: { requeued: 1, left: 1 } });
});

test('a run with nothing to do says so, and status says who runs', async () => {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', MANIFEST);
  await workshop.document(['run', 'm.yaml', '--yes']);
  expect((await workshop.run(['run', 'm.yaml', '--yes'])).stderr).toContain('Nothing to do');
  expect((await workshop.run(['status'])).stdout).toContain('batch: finished');
});
