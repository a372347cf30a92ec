import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { closeWorkshops, sandboxWorkshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

test('a profile has its own key, queue, outputs and reports: what it made is not known without it', async () => {
  const workshop = await sandboxWorkshop({ speed: 300 });
  const config = readFileSync(join(workshop.folder, 'nightshift.config.yaml'), 'utf8');
  workshop.write('nightshift.config.yaml', `${config}\nprofiles:\n  client: {}\n`);
  workshop.write('.env.client', `ULAZAI_API_KEY=${workshop.sandbox.keys.ulazai}\n`);
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'pear', prompt: 'a pear' });
  const env = { NO_COLOR: '1' };

  // Without the profile there is no key.
  expect((await workshop.run(['run', 'm.yaml', '--yes'], { env })).code).toBe(3);
  const ran = await workshop.run(['run', 'm.yaml', '--yes', '--json', '--profile', 'client'], { env });
  expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('.env.client can be read by other users')]);
  expect(JSON.parse(ran.stdout)).toMatchObject({ jobs: { done: 1 } });
  expect(workshop.files('out/client')).toContain('batch/pear.png');
  expect(workshop.files('.nightshift/profiles/client')).toEqual(expect.arrayContaining(['queue.db', 'reports/batch.html']));

  expect((await workshop.run(['status', 'batch'], { env: { ...env, NIGHTSHIFT_PROFILE: 'client' } })).code).toBe(0);
  expect((await workshop.run(['status', 'batch'], { env })).code).toBe(2);
});

test('what two profiles make on a sandbox lies apart, as their queues do', async () => {
  const workshop = await sandboxWorkshop();
  workshop.write('nightshift.config.yaml', 'profiles:\n  client: {}\n');
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'pear', prompt: 'a pear' });
  const run = ['run', 'm.yaml', '--sandbox', '--quiet'];
  expect((await workshop.run(run)).code).toBe(0);
  const ran = await workshop.run([...run, '--profile', 'client']);
  expect([ran.code, ran.stderr]).toEqual([0, '']);
  expect([workshop.files('out/sandbox/batch'), workshop.files('out/client/sandbox/batch')]).toEqual([['pear.png'], ['pear.png']]);
});

test('a key of the environment wins over that of the profile, and is said to', async () => {
  const workshop = await sandboxWorkshop();
  const config = readFileSync(join(workshop.folder, 'nightshift.config.yaml'), 'utf8');
  workshop.write('nightshift.config.yaml', `${config}\nprofiles:\n  client: {}\n`);
  workshop.write('.env.client', 'ULAZAI_API_KEY=uk_of_the_client_0123456789\n');
  const { code, stderr } = await workshop.run(['balance', '--profile', 'client']);
  expect([code, stderr]).toEqual([0, expect.stringMatching(/ULAZAI_API_KEY of the environment is used, not the one in .*\.env\.client/)]);
});

test('two profiles with one queue are refused: what one account has in flight would be given up at the other', async () => {
  const workshop = await sandboxWorkshop();
  const config = readFileSync(join(workshop.folder, 'nightshift.config.yaml'), 'utf8');
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'pear', prompt: 'a pear' });
  const profiles = 'profiles:\n  north: { db: q.db }\n  south:\n    db: ./Q.db\n  east: { db: .nightshift/queue.db }\n';
  workshop.write('nightshift.config.yaml', `${config}\n${profiles}`);
  const { code, stderr } = await workshop.run(['run', 'm.yaml', '--yes', '--profile', 'north']);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/profiles\.south\.db.*that of profile "north"/)]);
  expect(stderr).toMatch(/profiles\.east\.db.*that of what stands outside of the profiles/);
  expect(workshop.requests()).toBe(0);
});

test('a queue that --db or NIGHTSHIFT_DB gives to two profiles is refused to the second', async () => {
  const workshop = await sandboxWorkshop();
  const config = readFileSync(join(workshop.folder, 'nightshift.config.yaml'), 'utf8');
  workshop.write('nightshift.config.yaml', `${config}\nprofiles:\n  north: {}\n  south: {}\n`);
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'pear', prompt: '{{ fruit }}' });
  const run = ['run', 'm.yaml', '--yes'];
  // A manifest that stores nothing claims nothing.
  expect((await workshop.run([...run, '--profile', 'south', '--db', 'q.db'])).code).toBe(2);
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'pear', prompt: 'a pear' });
  expect((await workshop.run([...run, '--profile', 'north', '--db', 'q.db'])).code).toBe(0);
  const south = await workshop.run([...run, '--profile', 'south'], { env: { ...workshop.env, NIGHTSHIFT_DB: 'q.db' } });
  expect([south.code, south.stderr]).toEqual([2, expect.stringMatching(/begun with profile north, and this command has profile south/)]);
  expect(south.stderr).toContain('Give --profile north, or name another file');
  expect(await workshop.run([...run, '--db', 'q.db'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('this command has no profile'),
  });
  expect(await workshop.run(['resume', '--yes', '--db', 'q.db'])).toMatchObject({ code: 2 });
  expect(workshop.submissions()).toBe(1);
  // Looking is free, and the first goes on.
  expect((await workshop.run(['status', '--db', 'q.db'])).code).toBe(0);
  expect((await workshop.run([...run, '--profile', 'north', '--db', 'q.db'])).code).toBe(0);
});

test('a look at the queue of another profile books nothing by this account', async () => {
  const workshop = await sandboxWorkshop({ faults: { 'cut-before-charge': 1 } });
  const config = readFileSync(join(workshop.folder, 'nightshift.config.yaml'), 'utf8');
  workshop.write('nightshift.config.yaml', `${config}\nprofiles:\n  north: {}\n`);
  const params = { duration: 5, quality: 'std' };
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/kling-3.0', params, id: 'pear', prompt: 'a pear' });
  const north = ['--profile', 'north', '--db', 'q.db'];
  expect((await workshop.run(['run', 'm.yaml', '--yes', ...north])).code).toBe(7);
  expect((await workshop.run(['reconcile', '--abandon', '--yes', ...north])).code).toBe(0);
  const refunded = async (...flags: string[]): Promise<number | undefined> =>
    (await workshop.document(['status', ...flags])).money.ulazai?.refunded;
  expect(await refunded('--db', 'q.db')).toBe(0);
  expect(await refunded(...north)).toBe(100);
});
