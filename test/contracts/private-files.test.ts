import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { sandboxWorkshop } from '../support/sandbox-workshop.ts';
import { CANARIES, found } from './support/canary.ts';
import { type Acts, echoingApi } from './support/echoing-api.ts';

const main = resolve(import.meta.dirname, '../../dist/src/cli/main.js');
beforeAll(() => {
  if (!existsSync(main)) throw new Error('These tests run the built program: npm run build');
});

/** Every file and folder below one, by its path relative to it, with its permissions. */
function modes(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (!existsSync(root)) return found;
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    try {
      found.set(relative(root, path), `${entry.isDirectory() ? 'd' : 'f'}${(statSync(path).mode & 0o777).toString(8)}`);
    } catch {
      // Gone between the two looks: a log of SQLite.
    }
  }
  return found;
}

/** The built program under a umask that takes nothing away, as some services set it; everything that it and its API saw. */
async function run(acts: Acts, commands: readonly (readonly string[])[]) {
  const workshop = await sandboxWorkshop();
  onTestFinished(() => workshop.close());
  const hits = new Set<string>();
  const seen = new Map<string, Set<string>>();
  let pid = 0;
  const look = (): void => {
    for (const [path, mode] of modes(join(workshop.folder, '.nightshift'))) seen.set(path, (seen.get(path) ?? new Set()).add(mode));
    try {
      for (const task of readdirSync(`/proc/${pid}/task`))
        for (const needle of found(readFileSync(`/proc/${pid}/task/${task}/cmdline`))) hits.add(`the command line of ${pid}: ${needle}`);
    } catch {
      // It has ended.
    }
  };
  const api = await echoingApi(acts, look);
  onTestFinished(() => api.close());
  workshop.write('nightshift.config.yaml', {
    out: 'out/<batch>',
    providers: { ulazai: { base_url: api.url, limits: { requests: '1000/1s' }, poll: { min: '5ms', max: '20ms' } } },
  });
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'shoes/pear', prompt: 'a pear' });
  mkdirSync(join(workshop.folder, 'tmp'));
  const ends: { code: unknown; printed: string }[] = [];
  for (const argv of commands) {
    const child = spawn('sh', ['-c', 'umask 000; exec "$@"', 'sh', process.execPath, main, ...argv], {
      cwd: workshop.folder,
      env: {
        PATH: process.env.PATH ?? '',
        TMPDIR: join(workshop.folder, 'tmp'),
        ULAZAI_API_KEY: CANARIES.ulazai,
        MAYANIO_API_KEY: CANARIES.mayanio,
        NIGHTSHIFT_LOG: '',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    pid = child.pid ?? 0;
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const [code] = await once(child, 'close');
    look();
    ends.push({ code, printed });
  }
  for (const { printed } of ends) for (const needle of found(printed)) hits.add(`printed: ${needle}`);
  for (const [file, bytes] of workshop.contents()) for (const needle of found(bytes)) hits.add(`${file}: ${needle}`);
  return { workshop, ends, seen, hits: [...hits] };
}

test('what nightshift keeps is its owner’s alone, whatever the umask; the outputs are as the umask says', async () => {
  const { workshop, ends, seen, hits } = await run({}, [
    ['run', 'm.yaml', '--yes', '--json', '--log-level', 'trace', '--log-file', 'logs/deep/run.jsonl'],
    ['report', '--format', 'csv', '--output', 'reports/deep/report.csv'],
    ['backup', 'copies/queue.db'],
  ]);
  expect(ends.map(({ code, printed }) => (code === 0 ? 0 : printed))).toEqual([0, 0, 0]);
  expect(hits).toEqual([]);
  const kept = [...seen].filter(([, found]) => [...found].some((mode) => mode !== 'f600' && mode !== 'd700'));
  expect(kept.map(([path, found]) => [path, ...found])).toEqual([]);
  // Not because nothing was there.
  for (const name of ['queue.db', 'queue.db-wal', 'queue.db-shm', 'queue.db.lock', 'reports', 'reports/batch.html'])
    expect([...seen.keys()]).toContain(name);
  expect((statSync(join(workshop.folder, '.nightshift')).mode & 0o777).toString(8)).toBe('700');
  const mode = (path: string): string => (statSync(join(workshop.folder, path)).mode & 0o777).toString(8);
  for (const file of ['logs/deep/run.jsonl', 'reports/deep/report.csv', 'copies/queue.db'])
    expect([file, mode(file)]).toEqual([file, '600']);
  for (const folder of ['logs', 'logs/deep', 'reports', 'reports/deep', 'copies']) expect([folder, mode(folder)]).toEqual([folder, '700']);
  expect([mode('out'), mode('out/batch/shoes'), mode('out/batch/shoes/pear.png')]).toEqual(['777', '777', '666']);
  expect(workshop.files('tmp')).toEqual([]);
});

test('no command line and no temporary file shows a key, through a failure that names it', async () => {
  const { ends, hits, workshop } = await run({ submit: ({ json, echo }) => json(422, { error: `canary sings ${echo}` }) }, [
    ['run', 'm.yaml', '--yes', '--events', '--log-level', 'trace'],
    ['balance'],
  ]);
  expect(ends.map(({ code }) => code)).toEqual([4, 0]);
  expect(ends[0]?.printed).toContain('canary sings');
  expect(hits).toEqual([]);
  expect(workshop.files('tmp')).toEqual([]);
});

test.each(['--api-key', '--key', '--token', '--ulazai-api-key'])(
  'there is no %s: a key on a command line is seen by everybody',
  async (flag) => {
    const { ends, hits } = await run({}, [['run', 'm.yaml', '--yes', `${flag}=${CANARIES.ulazai}`]]);
    expect(ends[0]?.code).toBe(2);
    expect(hits.filter((hit) => !hit.startsWith('the command line'))).toEqual([]);
  },
);
