import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, describe, expect, test } from 'vitest';
import { registry } from '../../jobs/index.ts';
import { compose } from '../../src/cli/compose.ts';
import type { Finding } from '../../src/cli/finding.ts';
import { cli } from '../cli/surroundings.ts';
import { root } from '../examples/run-program.ts';
import { folderWith } from '../manifest/folder.ts';
import { serve } from '../support/http-server.ts';
import { closeWorkshops, sandboxWorkshop } from '../support/sandbox-workshop.ts';

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await closeWorkshops();
});

const models = registry.jobTypes.flatMap((jobType) => jobType.models).filter((model) => !model.endsWith('<slug>'));
const here = async (files: Readonly<Record<string, string | Uint8Array>> = { 'x.txt': '' }) => {
  const folder = await folderWith(files);
  const run = (argv: readonly string[], more: Parameters<typeof cli>[1] = {}) => {
    process.chdir(folder);
    return cli(argv, { cwd: folder, compose, ...more });
  };
  return { folder, run, read: (name: string) => readFileSync(join(folder, name), 'utf8') };
};
const photo = (format: 'png' | 'jpeg' | 'gif', background: string) =>
  sharp({ create: { width: 8, height: 8, channels: 3, background } })
    .toFormat(format)
    .toBuffer();

describe('init', () => {
  test.each(models)('writes a manifest of %s that plans as it stands', async (model) => {
    const { run } = await here();
    const made = await run(['init', '--model', model, '--json']);
    expect(made.code, made.stderr).toBe(0);
    expect(JSON.parse(made.stdout)).toMatchObject({ schema_version: 1, init: { model, manifest: 'starter.yaml', rows: 3 } });
    const plan = await run(['plan', 'starter.yaml', '--json']);
    expect(plan.code, plan.stderr).toBe(0);
    expect(JSON.parse(plan.stdout)).toMatchObject({ jobs: { total: 3 }, problems: [] });
  });

  test('asks what to make and with which model, at a terminal, by number, name, or Enter', async () => {
    const { run, read } = await here();
    const asked = await run(['init', '--no-color'], { terminal: true, typed: 'videos\r9999\r4\r' });
    expect(asked.code, asked.stderr).toBe(0);
    expect(asked.stderr).toContain('What do you want to make?');
    expect(asked.stderr).toContain('A number from 1 to');
    expect(read('starter.yaml')).toContain('model: ulazai/kling-3.0');
    const first = await run(['init', '--name', 'again'], { terminal: true, typed: '\r\r' });
    expect(first.code, first.stderr).toBe(0);
    expect(read('again.yaml')).toContain('model: ulazai/image');
    const left = await run(['init', '--name', 'third'], { terminal: true, typed: '\u0003' });
    expect([left.code, left.stderr]).toEqual([2, expect.stringContaining('nothing was written')]);
  });

  test('never writes over a file that is there', async () => {
    const { run, read } = await here({ 'starter.yaml': 'mine', '.env.example': 'mine too' });
    const blocked = await run(['init']);
    expect([blocked.code, blocked.stderr]).toEqual([2, expect.stringContaining('starter.yaml is there already')]);
    expect(read('starter.yaml')).toBe('mine');
    const other = await run(['init', '--name', 'other']);
    expect([other.code, other.stdout]).toEqual([0, expect.stringMatching(/kept\s+\.env\.example/)]);
    expect(read('.env.example')).toBe('mine too');
    const config = read('nightshift.config.yaml');
    writeFileSync('nightshift.config.yaml', `${config}# mine\n`);
    expect((await run(['init', '--name', 'third'])).code).toBe(0);
    expect(read('nightshift.config.yaml')).toContain('# mine');
  });

  test('--from-dir: a row for each picture by its bytes, however it is called, and a manifest that runs', async () => {
    const { run, read } = await here({
      'photos/Red Chair.png': await photo('png', 'red'),
      'photos/red-chair.jpg': await photo('jpeg', 'blue'),
      'photos/a[1].png': await photo('png', 'green'),
      'photos/"q", x.png': await photo('png', 'black'),
      'photos/moving.gif': await photo('gif', 'red'),
      'photos/notes.txt': 'x',
      'photos/.hidden.png': await photo('png', 'white'),
      'photos/deep/below.png': await photo('png', 'white'),
    });
    const made = await run(['init', '--from-dir', 'photos', '--model', 'ulazai/kling-3.0']);
    expect(made.code, made.stderr).toBe(0);
    expect(made.stderr).toContain('2 files are left out');
    expect(read('photos.csv').trimEnd().split('\n')).toEqual([
      'name,file',
      '"""q"", x","photos/""q"", x.png"',
      'Red Chair,photos/Red Chair.png',
      'a[1],photos/a[1].png',
      'red-chair 2,photos/red-chair.jpg',
    ]);
    expect(read('photos.yaml')).toContain('images:\n    - "{{ file }}"');
    const ran = await run(['run', 'photos.yaml', '--sandbox', '--json']);
    expect(ran.code, ran.stderr).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({ jobs: { done: 4 } });
    const again = await run(['init', '--from-dir', 'photos']);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('photos.yaml and photos.csv is there already')]);
  });

  test.each([
    [['--from-dir', 'none'], 'there is no such folder'],
    [['--from-dir', '.'], 'no file in it is one that ulazai/image takes'],
    [['--from-dir', '.', '--model', 'mayanio/nano-banana'], 'takes no picture'],
    [['--model', 'ulazai/kling-3'], 'did you mean "ulazai/kling-3.0"?'],
    [['--make', 'films'], 'allowed are images, videos, 3d'],
    [['--name', '../x'], 'allowed are 1 to 100 letters'],
  ])('%j is refused, and nothing is written', async (argv, why) => {
    const { run, folder } = await here();
    const ran = await run(['init', ...argv]);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(why)]);
    expect(execFileSync('ls', ['-A', folder]).toString()).toBe('x.txt\n');
  });
});

describe('doctor', () => {
  const findings = (stdout: string) => (JSON.parse(stdout) as { findings: readonly Finding[] }).findings;
  const status = (stdout: string) => Object.fromEntries(findings(stdout).map((finding) => [finding.check, finding.status]));

  test('finds nothing where nothing is wrong, and asks each account once', async () => {
    const workshop = await sandboxWorkshop({ limits: '{ requests: 100/min }', mayanio: [] });
    workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'x', prompt: 'a' });
    await workshop.document(['run', 'm.yaml', '--yes']);
    const before = workshop.requests();
    const ran = await workshop.run(['doctor', '--json']);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(status(ran.stdout)).toMatchObject({
      node: 'ok',
      configuration: 'ok',
      queue: 'ok',
      'queue folder': 'ok',
      'output folder': 'ok',
      'ulazai key': 'ok',
      'ulazai balance': 'ok',
      'ulazai clock': 'ok',
      'ulazai limits': 'ok',
      'mayanio key': 'ok',
      // The workshop counts an hour of the sandbox, which passes in twelve seconds.
      'mayanio limits': 'warn',
    });
    expect(workshop.requests()).toBe(before + 2);
    expect(findings(ran.stdout).find(({ check }) => check === 'queue')?.message).toContain('sound, 1 jobs');
  });

  test('says of each thing that is wrong what to do, and ends as the worst', async () => {
    const workshop = await sandboxWorkshop({ balance: 0 });
    const empty = await workshop.run(['doctor', '--json']);
    expect([empty.code, status(empty.stdout)['ulazai balance']]).toEqual([0, 'warn']);
    const refused = await workshop.run(['doctor', '--json'], { env: { ULAZAI_API_KEY: 'wrong_key_for_this' } });
    expect([refused.code, status(refused.stdout)['ulazai key']]).toEqual([3, 'fail']);
    const keyless = await workshop.run(['doctor'], { env: {} });
    expect([keyless.code, keyless.stdout]).toEqual([3, expect.stringContaining('put ULAZAI_API_KEY or MAYANIO_API_KEY into a .env')]);
    workshop.write('.nightshift/queue.db', 'no database at all, and long enough to be read as one'.repeat(100));
    const broken = await workshop.run(['doctor', '--json']);
    expect([broken.code, status(broken.stdout).queue]).toEqual([2, 'fail']);
    rmSync(join(workshop.folder, '.nightshift'), { recursive: true });
    workshop.write('out', 'a file where the folder should be');
    const blocked = await workshop.run(['doctor', '--json']);
    expect([blocked.code, status(blocked.stdout)['output folder']]).toEqual([2, 'fail']);
    workshop.leadTo('http://127.0.0.1:1');
    const down = await workshop.run(['doctor', '--json']);
    expect([down.code, status(down.stdout).ulazai]).toEqual([5, 'fail']);
    for (const finding of findings(down.stdout)) expect(finding.status === 'ok', finding.check).toBe(finding.fix === null);
  });

  test('tells a clock that is wrong, and limits that are looser than documented', async () => {
    const workshop = await sandboxWorkshop({ limits: '{ requests: 200/min, concurrency: 9 }' });
    const server = await serve((_, response) => {
      response.setHeader('date', new Date(Date.now() - 3_600_000).toUTCString());
      response.end('{"credits_balance": 5}');
    });
    servers.push(server);
    workshop.leadTo(server.url);
    const ran = await workshop.run(['doctor', '--json'], { env: { ULAZAI_API_KEY: 'some_key_or_other' } });
    expect(ran.code, ran.stdout).toBe(0);
    expect(status(ran.stdout)).toMatchObject({ 'ulazai clock': 'warn', 'ulazai limits': 'warn' });
    expect(ran.stdout).toMatch(/this clock is 360\d s ahead of ulazai/);
    expect(ran.stdout).toContain('requests 200 in 1 min, documented 100 in 1 min; concurrency 9, documented 5');

    // Nothing is documented of how much MayanIO makes at once.
    const config = readFileSync(join(workshop.folder, 'nightshift.config.yaml'), 'utf8');
    workshop.write('nightshift.config.yaml', config.replace(/(mayanio:\n(?:.*\n)*?\s+limits: ).*/, '$1{ concurrency: 9 }'));
    const other = await workshop.run(['doctor'], { env: { MAYANIO_API_KEY: 'some_key_or_other' } });
    expect(other.stdout, config).toContain('concurrency 9, our own default 2');
  });
});

describe('schema', () => {
  test('prints what the package ships, and one JSON document with --json', async () => {
    const { run } = await here();
    for (const name of ['manifest', 'config']) {
      const printed = await run(['schema', name]);
      expect(printed.stdout).toBe(readFileSync(join(root, `schema/${name}.schema.json`), 'utf8'));
    }
    expect(JSON.parse((await run(['schema', '--json'])).stdout)).toMatchObject({
      schema_version: 1,
      schema: { title: 'A nightshift manifest' },
    });
  });
});

describe('completion', () => {
  /** What bash offers for a line, with the built program as `nightshift`. */
  async function offered(folder: string, script: string, words: readonly string[]): Promise<readonly string[]> {
    const bin = join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'nightshift'), `#!/bin/sh\nexec ${process.execPath} ${join(root, 'dist/src/cli/main.js')} "$@"\n`, {
      mode: 0o755,
    });
    const line = words.map((word) => `'${word}'`).join(' ');
    const ask = `${script}\nCOMP_WORDS=(nightshift ${line}); COMP_CWORD=${words.length}; _nightshift; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', ask], { cwd: folder, env: { PATH: `${bin}:${process.env.PATH}` } });
    expect(stderr.toString()).toBe('');
    return stdout.toString().split('\n').filter(Boolean);
  }

  test('bash completes commands, flags, batches and jobs', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', { name: 'spring', model: 'ulazai/image', id: 'chair-{{ copy }}', prompt: 'a', copies: 2 });
    await workshop.document(['run', 'm.yaml', '--yes']);
    const { stdout: script } = await workshop.run(['completion', 'bash']);
    expect(await offered(workshop.folder, script, ['ba'])).toEqual(['backup', 'balance']);
    expect(await offered(workshop.folder, script, ['run', '--max'])).toEqual(['--max-cost', '--max-duration', '--max-rows']);
    expect(await offered(workshop.folder, script, ['status', ''])).toEqual(['spring']);
    expect(await offered(workshop.folder, script, ['show', 'ch'])).toEqual(['chair-1', 'chair-2']);
    expect(await offered(workshop.folder, script, ['show', 'x', '--batch', 's'])).toEqual(['spring']);
  });

  test('says nothing where there is no queue, and knows every shell', async () => {
    const { run } = await here();
    expect(await run(['completion', 'batches'])).toEqual({ code: 0, stdout: '', stderr: '' });
    for (const shell of ['zsh', 'fish']) {
      const { stdout } = await run(['completion', shell]);
      expect(stdout).toContain('max-cost');
      expect(stdout).toContain('nightshift completion batches');
    }
    expect((await run(['completion', 'tcsh'])).code).toBe(2);
  });
});
