import { readFileSync, renameSync } from 'node:fs';
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

  test('is refused by resume too, which does not know the manifest; moved away, it goes on', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', MANIFEST);
    await workshop.document(['run', 'm.yaml', '--yes', '--select', 'id:r1']);
    workshop.write('out/batch/r2.png', 'mine');
    const refused = await workshop.run(['resume', '--yes', '--json']);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('Nothing was sent')]);
    expect(JSON.parse(refused.stdout).problems).toEqual([
      expect.objectContaining({ file: 'out/batch', field: 'output', message: expect.stringContaining('the output of r2 would be r2.png') }),
    ]);
    expect(workshop.submissions()).toBe(1);
    renameSync(join(workshop.folder, 'out/batch/r2.png'), join(workshop.folder, 'kept.png'));
    expect((await workshop.document(['resume', '--yes'])).jobs.done).toBe(2);
  });

  test('where --out leads to the files of another batch, the folder is named and not the manifest', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', MANIFEST);
    workshop.write('good/r1.png', 'of another batch');
    const refused = await workshop.run(['run', 'm.yaml', '--yes', '--out', 'good']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/good: output: the output of r1 would be r1\.png, and a file of that name is there already/);
    expect(refused.stderr).toContain('What would be paid for could not be saved in good. Nothing was stored or sent.');
    expect(refused.stderr).not.toContain('The manifest has');
  });

  test('of two batches in one folder the second to come pays for nothing', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', MANIFEST);
    workshop.write('other.yaml', { name: 'other', model: 'ulazai/image', id: 'r2', prompt: 'a plum' });
    await workshop.document(['run', 'm.yaml', '--yes', '--select', 'id:r1', '--out', 'out']);
    await workshop.document(['run', 'other.yaml', '--yes', '--out', 'out']);
    const refused = await workshop.run(['resume', 'batch', '--yes']);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('r2.png')]);
    expect(workshop.spent().charged).toBe(16);
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
