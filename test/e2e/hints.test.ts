import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { StatusDocument } from '../../src/cli/documents.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

async function someRows(): Promise<Workshop> {
  const workshop = await sandboxWorkshop({ speed: 600 });
  const rows = [0, 1, 2, 3].map((n) => ({ n }));
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', rows, id: 'r{{ n }}', prompt: 'pear {{ n }}' });
  return workshop;
}

describe('a command that a message suggests means the queue that the message is about', () => {
  test('after run --sandbox each of them has --sandbox: without it a copy would spend real money', async () => {
    const workshop = await someRows();
    const at = ['--sandbox', '--db', 'side queue.db'];
    const asGiven = "--sandbox --db 'side queue.db'";
    const said = async (argv: readonly string[]): Promise<string> => {
      const { stdout, stderr } = await workshop.run([...argv, ...at]);
      return stdout + stderr;
    };
    const idOf = async (state: string): Promise<string> => {
      const { jobs } = JSON.parse(await said(['jobs', '--json', '--select', `state:${state}`])) as { jobs: { id: string }[] };
      return jobs[0]!.id;
    };
    expect(await said(['run', 'm.yaml', '--pilot', '2'])).toContain(`\`nightshift resume batch ${asGiven}\` to go on`);
    expect(await said(['show', await idOf('queued')])).toContain(`nightshift resume batch ${asGiven}`);
    expect(await said(['cancel'])).toContain(`\`nightshift retry batch --select state:canceled ${asGiven}\``);
    expect(await said(['pause'])).toContain(`\`nightshift unpause batch ${asGiven}\``);
    expect(await said(['status'])).toContain(`\`nightshift unpause batch ${asGiven}\``);
    expect(await said(['unpause'])).toContain(`\`nightshift resume batch ${asGiven}\``);
    expect(await said(['regenerate', await idOf('done'), '--yes'])).toContain(`\`nightshift resume batch ${asGiven}\``);
    const canceled = await idOf('canceled');
    expect(await said(['regenerate', canceled])).toContain(`\`nightshift retry batch --select id:${canceled} ${asGiven}\``);
  });

  test('commands that only read name the queue too', async () => {
    const workshop = await someRows();
    const at = ['--db', 'side queue.db'];
    const asGiven = "--db 'side queue.db'";
    const said = async (argv: readonly string[]): Promise<string> => {
      const { stdout, stderr } = await workshop.run([...argv, ...at]);
      return stdout + stderr;
    };
    expect(await said(['models'])).toContain(`\`nightshift models NAME ${asGiven}\``);
    expect(await said(['models', 'ulazai/klong-3.0'])).toContain(`\`nightshift models ${asGiven}\` lists them`);
    await said(['run', 'm.yaml', '--yes']);
    expect(await said(['status', 'bacth'])).toContain('There is no batch "bacth"; did you mean "batch"? stored: batch');
    expect(await said(['show', 'r9'])).toContain(`\`nightshift jobs batch ${asGiven}\` lists them`);
    expect(await said(['retry', '--select', 'id:r9'])).toContain(`\`nightshift jobs batch ${asGiven}\` lists what there is`);
    rmSync(join(workshop.folder, 'out/batch/r0.png'));
    expect(await said(['verify'])).toContain(`\`nightshift download batch ${asGiven}\``);
  });

  test('of a manifest elsewhere name the configuration there, which would not be found from here', async () => {
    const workshop = await someRows();
    cpSync(join(workshop.folder, 'nightshift.config.yaml'), join(workshop.folder, 'night shift/nightshift.config.yaml'));
    const manifest = { name: 'batch', model: 'ulazai/image', rows: [{ n: 0 }, { n: 1 }], id: 'r{{ n }}', prompt: 'pear {{ n }}' };
    workshop.write('night shift/m.yaml', manifest);
    expect((await workshop.run(['run', 'night shift/m.yaml', '--yes'])).code).toBe(0);
    workshop.write('night shift/m.yaml', { ...manifest, prompt: 'plum {{ n }}' });
    const flags = ['--batch', 'batch', '--select', 'change:changed', '--config', 'night shift/nightshift.config.yaml'];
    const line = `\`nightshift adopt ${flags.join(' ').replace(/night shift.*/, "'$&'")}\` accepts them`;
    expect((await workshop.run(['plan', 'night shift/m.yaml'])).stdout.replaceAll(/\s+/g, ' ')).toContain(line);
    const adopted = await workshop.run(['adopt', ...flags]);
    expect(adopted).toMatchObject({ code: 0, stderr: expect.stringContaining('2 jobs are accepted as made') });
  });

  test('a path leads to the file from where the command was given, and a cut list says how many match', async () => {
    const workshop = await someRows();
    await workshop.run(['run', 'm.yaml', '--yes']);
    expect((await workshop.run(['status'])).stdout).toMatch(/^Report: \.nightshift\/reports\/batch\.html$/m);
    const { stderr } = await workshop.run(['jobs', '--select', 'id:r0 id:r1 id:r2', '--limit', '1']);
    expect(stderr).toContain('1 of 3 that match, of 4 jobs of batch');
    expect((await workshop.run(['jobs', '--limit', '1'])).stderr).toContain('1 of 4 jobs of batch');
  });

  test('what a pilot left is told, and the cap and what was set', async () => {
    const workshop = await someRows();
    const { stderr } = await workshop.run(['run', 'm.yaml', '--max-cost', '40', '--pilot', '3']);
    expect(stderr).toContain('(finished what was asked for; 1 job stays queued)');
    expect((await workshop.run(['set', 'concurrency', '3'])).code).toBe(0);
    const { stdout } = await workshop.run(['status']);
    expect(stdout).toContain('batch: finished what was asked for; 1 job stays queued');
    const lines = ['ulazai: the cap is 40 credits, 24 of it spent, in flight or unknown', 'ulazai: concurrency is set to 3, 5 configured'];
    expect(stdout).toContain(lines.join('\n'));
    expect((await workshop.run(['set'])).stdout).toBe(`${lines.join('\n')}\n`);
    // A script is told the same.
    const status = JSON.parse((await workshop.run(['status', '--json'])).stdout) as StatusDocument;
    expect(status.running).toBe(false);
    expect(status.limits).toEqual({
      ulazai: {
        cap: 40,
        spent: 24,
        slots: expect.arrayContaining([{ name: 'concurrency', held: 0, max: 3, configured: 5 }]),
        windows: expect.arrayContaining([{ name: 'requests', used: expect.any(Number), max: 100, seconds: 0.1 }]),
      },
    });
    expect(await workshop.run(['set', 'concurrency'])).toMatchObject({ code: 2, stderr: expect.stringContaining('a value is needed') });
  });

  test('a balance that is not known says why', async () => {
    const workshop = await someRows();
    const said = async (argv: readonly string[], env = workshop.env): Promise<string> => {
      const { stdout, stderr } = await workshop.run(argv, { env });
      return `${stdout}${stderr}`.replaceAll(/\s+/g, ' ');
    };
    const refused = await said(['run', 'm.yaml', '--max-cost', '8']);
    expect(refused).toContain('balance not known: not asked for, since the run is refused without it');
    expect(workshop.requests()).toBe(0);
    expect(await said(['plan', 'm.yaml'], { NO_COLOR: '1' })).toContain('balance not known: there is no key');
    workshop.write('maya.yaml', { name: 'maya', model: 'mayanio/nano-banana', prompt: 'a plum' });
    expect(await said(['plan', 'maya.yaml'])).toContain('balance not known: the API has none to ask for');
    await workshop.sandbox.close();
    expect(await said(['plan', 'm.yaml'])).toContain('balance not known: the API could not be reached');
  });

  test('a queue named by the environment is named, and nothing is added where nothing was said', async () => {
    const workshop = await someRows();
    const env = { ...workshop.env, NIGHTSHIFT_DB: 'other.db' };
    const other = await workshop.run(['run', 'm.yaml', '--yes', '--pilot', '2', '--select', 'id:r0 id:r1'], { env });
    expect(other.code).toBe(0);
    expect((await workshop.run(['regenerate', 'r0', '--yes'], { env })).stderr).toContain('`nightshift resume batch --db other.db`');

    expect((await workshop.run(['run', 'm.yaml', '--yes', '--out', 'elsewhere'])).code).toBe(0);
    expect((await workshop.run(['regenerate', 'r0', '--yes'])).stderr).toContain('`nightshift resume batch`');
  });
});
