import { appendFileSync, chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { runNotifyCommand } from '../../src/cli/notify/run-command.ts';
import { serve } from '../support/http-server.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

const told = (workshop: Workshop, name: string): string => readFileSync(join(workshop.folder, name), 'utf8');

async function prepared(prompts = ['a pear'], more: object = {}): Promise<Workshop> {
  const workshop = await sandboxWorkshop();
  const rows = prompts.map((what, n) => ({ what, n }));
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', rows, id: 'r{{ n }}', prompt: '{{ what }}', ...more });
  return workshop;
}

const configure = (workshop: Workshop, lines: string): void => appendFileSync(join(workshop.folder, 'nightshift.config.yaml'), lines);

test('--notify-command gets the run document and NIGHTSHIFT_RUN_ variables; nothing of a prompt or a name is run', async () => {
  const workshop = await prepared(['$(touch hacked) `touch hacked`; touch hacked', 'a flagged pear'], {
    name: "b'; touch hacked; $(touch hacked)",
  });
  const command = 'cat > doc.json; env | grep ^NIGHTSHIFT_RUN_ > vars; env > all; echo to stdout';
  const ran = await workshop.run(['run', 'm.yaml', '--yes', '--json', '--notify-command', command], {});
  expect(ran.code).toBe(4);
  expect(JSON.parse(told(workshop, 'doc.json'))).toEqual(JSON.parse(ran.stdout));
  expect(told(workshop, 'vars').split('\n')).toEqual(
    expect.arrayContaining([
      "NIGHTSHIFT_RUN_BATCH=b'; touch hacked; $(touch hacked)",
      'NIGHTSHIFT_RUN_STOPPED=failures',
      'NIGHTSHIFT_RUN_EXIT_CODE=4',
      'NIGHTSHIFT_RUN_DONE=1',
      'NIGHTSHIFT_RUN_FAILED=1',
    ]),
  );
  expect(existsSync(join(workshop.folder, 'hacked'))).toBe(false);
  for (const key of Object.values(workshop.sandbox.keys)) expect(told(workshop, 'all') + told(workshop, 'doc.json')).not.toContain(key);
});

test('no key of the environment reaches the command', async () => {
  const workshop = await prepared();
  workshop.start(['run', 'm.yaml', '--yes', '--notify-command', 'env > all'], { MY_COPY: workshop.sandbox.keys.ulazai });
  await expect
    .poll(() => existsSync(join(workshop.folder, 'all')) && told(workshop, 'all').includes('NIGHTSHIFT_RUN_DONE'), { timeout: 20_000 })
    .toBe(true);
  expect(told(workshop, 'all')).not.toContain(workshop.sandbox.keys.ulazai);
}, 30_000);

test('its failure is said and changes nothing of the exit code; so is a refused run told of', async () => {
  const workshop = await prepared();
  const ran = await workshop.run(['run', 'm.yaml', '--yes', '--notify-command', 'echo no bell >&2; exit 3']);
  expect(ran.code).toBe(0);
  expect(ran.stderr).toContain('the notify command failed: it ended with exit code 3: no bell');

  const poor = await sandboxWorkshop({ balance: 3 });
  poor.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'r', prompt: 'a pear' });
  const refused = await poor.run([
    'run',
    'm.yaml',
    '--yes',
    '--json',
    '--notify-command',
    'cat > doc.json; echo $NIGHTSHIFT_RUN_STOPPED $NIGHTSHIFT_RUN_EXIT_CODE > end',
  ]);
  expect(refused.code).toBe(6);
  expect(JSON.parse(told(poor, 'doc.json'))).toEqual(JSON.parse(refused.stdout));
  expect(told(poor, 'end')).toBe('refused 6\n');
});

test('a command that does not end is stopped, with what it started; one that reads nothing is no fault', async () => {
  const notice = { batch: 'b', stopped: 'completed', exitCode: 0, text: '', jobs: null, money: {}, endedAt: '', document: {} };
  const order = { cwd: process.cwd(), env: { PATH: process.env.PATH }, limitMs: 300, json: 'x'.repeat(1_000_000) };
  expect(await runNotifyCommand('sleep 60 | sleep 60', notice, order)).toBe('it had not ended after 0.3 seconds and was stopped');
  expect(await runNotifyCommand('true', notice, { ...order, limitMs: 20_000 })).toBeNull();
  expect(await runNotifyCommand('sleep 20 2>&1 & exit 0', notice, { ...order, limitMs: 10_000 })).toBeNull();
});

test('the webhook of the configuration gets counts and money, no prompts and no keys; its failure is said without its address', async () => {
  const workshop = await prepared(['a secret pear']);
  const bodies: string[] = [];
  let status = 200;
  const server = await serve((request, response, body) => {
    bodies.push(`${request.method} ${request.url} ${body.toString()}`);
    response.writeHead(status).end();
  });
  onTestFinished(() => server.close());
  configure(workshop, `notify:\n  webhook: ${server.url}/hook?token=abc123\n  command: echo $NIGHTSHIFT_RUN_TEXT > told\n`);
  await workshop.document(['run', 'm.yaml', '--yes']);
  const [method, path, ...rest] = bodies[0]!.split(' ');
  expect([method, path]).toEqual(['POST', '/hook?token=abc123']);
  expect(JSON.parse(rest.join(' '))).toEqual({
    schema_version: 1,
    text: 'batch: completed. 1 of 1 done, 8 credits',
    content: 'batch: completed. 1 of 1 done, 8 credits',
    run: {
      batch: 'batch',
      stopped: 'completed',
      exit_code: 0,
      jobs: expect.objectContaining({ done: 1 }),
      money: { ulazai: { unit: 'credits', net: 8 } },
      ended_at: expect.any(String),
    },
  });
  expect(bodies.join()).not.toMatch(/secret pear|sk_|key/);
  expect(told(workshop, 'told')).toBe('batch: completed. 1 of 1 done, 8 credits\n');

  status = 500;
  const ran = await workshop.run(['resume', '--yes']);
  expect(ran.code).toBe(0);
  expect(ran.stderr).toContain('the webhook failed: it answered 500');
  expect(ran.stderr).not.toContain('abc123');
});

test('on the desktop by the system’s own notifier, where there is one', async () => {
  const workshop = await prepared();
  const notifier = workshop.write('bin/notify-send', '#!/bin/sh\nprintf "%s\\n" "$@" > shown\n');
  chmodSync(notifier, 0o755);
  configure(workshop, 'notify: { desktop: true }\n');
  const { code } = await workshop.start(['run', 'm.yaml', '--yes'], { PATH: `${join(workshop.folder, 'bin')}:${process.env.PATH}` }).ended;
  expect(code).toBe(0);
  expect(told(workshop, 'shown').split('\n')).toEqual([
    '--app-name=nightshift',
    '--',
    'nightshift',
    'batch: completed. 1 of 1 done, 8 credits',
    '',
  ]);
  const bare = await workshop.start(['resume', '--yes'], { PATH: '/nowhere' }).ended;
  expect(bare).toMatchObject({ code: 0, stderr: expect.stringContaining('notify-send is not installed') });
}, 30_000);
