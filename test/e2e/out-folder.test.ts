import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { closeWorkshops, sandboxWorkshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

const MANIFEST = { name: 'batch', model: 'ulazai/image', rows: [{ n: 1 }, { n: 2 }], id: 'r{{ n }}', prompt: 'pear {{ n }}' };

describe('an output folder that nothing can be saved in is found before anything is paid', () => {
  test('a file has its name, or one of a folder above it: plan and run say so', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', MANIFEST);
    workshop.write('afile', 'mine');
    for (const out of ['afile', 'afile/below/it'])
      for (const argv of [['plan'], ['plan', '--json'], ['run', '--yes'], ['run', '--dry-run']] as const) {
        const ran = await workshop.run([argv[0], 'm.yaml', ...argv.slice(1), '--out', out]);
        expect(ran.code).toBe(2);
        expect(ran.stderr + ran.stdout).toMatch(/No output can be saved in .*afile.*afile is a file.*--out/s);
      }
    expect(workshop.submissions()).toBe(0);
    expect(readFileSync(join(workshop.folder, 'afile'), 'utf8')).toBe('mine');
  });

  test('a link that leads nowhere', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', MANIFEST);
    symlinkSync(join(workshop.folder, 'unmounted'), join(workshop.folder, 'link'));
    const ran = await workshop.run(['run', 'm.yaml', '--yes', '--out', 'link/below']);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('No output can be saved in') });
    expect(workshop.submissions()).toBe(0);
  });

  test.runIf(existsSync('/proc/self'))('a folder that takes no others, whoever asks', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', MANIFEST);
    const ran = await workshop.run(['run', 'm.yaml', '--yes', '--out', '/proc/nope/<batch>']);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('/proc/nope') });
    expect(workshop.submissions()).toBe(0);
  });

  test('resume looks at the folder of its batch', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', MANIFEST);
    // Stored, and nothing made yet: a folder that held files would be looked for first.
    await workshop.document(['run', 'm.yaml', '--yes', '--max-duration', '1ms', '--out', 'there/<batch>'], 10);
    rmSync(join(workshop.folder, 'there'), { recursive: true, force: true });
    workshop.write('there', 'mine');
    const before = workshop.submissions();
    const ran = await workshop.run(['resume', '--yes']);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('there is a file') });
    expect(workshop.submissions()).toBe(before);
  });

  test('what was made to find out is taken away again', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', MANIFEST);
    mkdirSync(join(workshop.folder, 'kept'));
    // Nobody at the terminal and no leave: refused after the folder was tried.
    expect((await workshop.run(['run', 'm.yaml', '--out', 'kept/new/<batch>'])).code).toBe(2);
    expect(existsSync(join(workshop.folder, 'kept/new'))).toBe(false);
    expect((await workshop.run(['run', 'm.yaml', '--yes', '--out', 'kept/new/<batch>'])).code).toBe(0);
    expect(workshop.files('kept/new').filter((file) => file.endsWith('.png'))).toEqual(['batch/r1.png', 'batch/r2.png']);
    expect(workshop.files('kept/new').filter((file) => file.includes('probe'))).toEqual([]);
  });
});
