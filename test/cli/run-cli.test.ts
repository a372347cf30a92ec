import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JobEntry } from '../../src/cli/documents.ts';
import type { Nightshift, RunOptions } from '../../src/cli/nightshift.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { somePlan, someRun } from './documents-of-tests.ts';
import { cli } from './surroundings.ts';

const KEY = 'ulz_live_0123456789abcdefghij';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightshift-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const finished: Partial<Nightshift> = {
  run: () => Promise.resolve({ kind: 'ended', document: someRun(), reasons: ['completed'], summary: '3 jobs done' }),
};

describe('what goes where', () => {
  test('run: for people on standard error, nothing on standard output', async () => {
    expect(await cli(['run', 'm.yaml'], { engine: finished })).toEqual({ code: 0, stdout: '', stderr: '3 jobs done\n' });
  });

  test('run --json: one document on standard output', async () => {
    const left = await cli(['run', 'm.yaml', '--json', '--quiet'], { engine: finished });
    expect(left.stderr).toBe('');
    expect(JSON.parse(left.stdout)).toEqual(someRun());
  });

  test('run --events: launch first, done last, a line each', async () => {
    const { stdout } = await cli(['run', 'm.yaml', '--events'], { engine: finished });
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.map(({ event }) => event)).toEqual(['launch', 'done']);
    expect(events[0]).toMatchObject({ schema_version: 1, command: 'run' });
    expect(events[1]).toEqual({ event: 'done', ...someRun() });
  });

  test('jobs --json is one document, however many jobs there are', async () => {
    const job = (id: string): JobEntry => ({
      id,
      model: 'ulazai/image',
      state: 'done',
      attempt: 1,
      tags: [],
      vars: {},
      params: { prompt: 'a\u009b31mb\u2028c' },
      quote: 8,
      charged: 8,
      refunded: null,
      remote_id: null,
      error: null,
      outputs: [],
      created_at: 'x',
      submitted_at: null,
      completed_at: null,
    });
    for (const jobs of [[], [job('a')], [job('a'), job('b')]]) {
      const left = await cli(['jobs', '--json'], {
        engine: {
          jobs: () => Promise.resolve({ batch: 'spring', total: jobs.length, matching: () => jobs.length, whyNone: () => null, jobs }),
        },
      });
      expect(JSON.parse(left.stdout)).toEqual({ schema_version: 1, batch: 'spring', jobs });
      expect(left.stdout).not.toMatch(/[\u007f-\u009f\u2028]/);
    }
  });

  test('tables of what was asked for are data; nothing in them moves the cursor', async () => {
    const hostile = '\u001b]0;title\u0007\u001b[2Jred\u009b31m\u202egnp.exe';
    for (const problems of [[], [{ file: hostile, line: 1, field: 'x', message: hostile }]]) {
      const plan = { ...somePlan({ batch: hostile, problems }), details: [hostile] };
      const left = await cli(['plan', 'm.yaml'], {
        engine: { plan: () => Promise.resolve(plan) },
        terminal: true,
        env: { NO_COLOR: '1' },
      });
      expect(left.code).toBe(problems.length > 0 ? 2 : 0);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(left.stdout + left.stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
      if (problems.length === 0) expect(left.stdout).toContain('24 credits');
    }
  });

  test('a manifest with problems shows them, how many there are, and nothing beside', async () => {
    const problems = [{ file: 'm.yaml', line: 3, field: 'model', message: 'found "x"' }];
    const expected = {
      code: 2,
      stdout: '',
      stderr:
        'error: m.yaml:3: model: found "x"\nerror: The manifest has a problem: correct it and try again. Nothing was stored or sent.\n',
    };
    const plan = somePlan({ problems });
    expect(await cli(['plan', 'm.yaml'], { engine: { plan: () => Promise.resolve(plan) } })).toEqual(expected);
    const refused = { kind: 'refused', plan, reasons: [], why: 'The manifest has problems.' } as const;
    expect(await cli(['run', 'm.yaml', '--yes'], { engine: { run: () => Promise.resolve(refused) } })).toEqual(expected);
  });

  test('colours on a terminal, and none where NO_COLOR or --no-color says so', async () => {
    const plan = { plan: () => Promise.resolve(somePlan()) };
    const coloured = async (argv: string[], env: Record<string, string> = {}, terminal = true) =>
      (await cli(['plan', 'm.yaml', ...argv], { engine: plan, terminal, env })).stdout.includes('\u001b[');
    expect(await coloured([])).toBe(true);
    expect(await coloured(['--no-color'])).toBe(false);
    expect(await coloured([], { NO_COLOR: '1' })).toBe(false);
    expect(await coloured([], { TERM: 'dumb' })).toBe(false);
    expect(await coloured([], {}, false)).toBe(false);
    expect(await coloured([], { FORCE_COLOR: '1' }, false)).toBe(true);
  });
});

describe('how it ends', () => {
  const ended = (reasons: readonly ('failures' | 'unknown' | 'budget')[]): Partial<Nightshift> => ({
    run: () => Promise.resolve({ kind: 'ended', document: someRun(), reasons, summary: 's' }),
  });

  test('with the code of the reason that counts', async () => {
    expect((await cli(['run', 'm.yaml'], { engine: ended(['failures']) })).code).toBe(4);
    expect((await cli(['run', 'm.yaml'], { engine: ended(['failures', 'budget', 'unknown']) })).code).toBe(7);
  });

  test('a refused run prints the plan with its problems as the document', async () => {
    const problems = [{ file: 'm.yaml', line: 3, field: 'model', message: 'found "x"' }];
    const refused: Partial<Nightshift> = {
      run: () => Promise.resolve({ kind: 'refused', plan: somePlan({ problems }), reasons: [], why: 'The manifest has a problem.' }),
    };
    const left = await cli(['run', 'm.yaml', '--json'], { engine: refused });
    expect(left.code).toBe(2);
    expect(JSON.parse(left.stdout)).toEqual(somePlan({ problems }).document);
    expect(left.stderr).toContain('error: m.yaml:3: model: found "x"');
  });

  test('a refusal for want of credits keeps its code', async () => {
    const refused: Partial<Nightshift> = {
      run: () => Promise.resolve({ kind: 'refused', plan: somePlan(), reasons: ['no_funds'], why: '20 credits short' }),
    };
    const left = await cli(['run', 'm.yaml'], { engine: refused });
    expect(left.code).toBe(6);
    expect(left.stderr).toMatch(/error: 20 credits short\n$/);
  });

  test('what the user can put right ends with 2, all of it listed', async () => {
    const problems = [1, 2, 3].map((line) => ({ file: 'c.yaml', line, field: 'db', message: `fault ${line}` }));
    const compose = () => Promise.reject(new UsageError('The configuration has 3 problems.', problems));
    const left = await cli(['status', '--json'], { compose });
    expect(left.code).toBe(2);
    expect(left.stderr).toBe(
      'error: c.yaml:1: db: fault 1\nerror: c.yaml:2: db: fault 2\nerror: c.yaml:3: db: fault 3\nerror: The configuration has 3 problems.\n',
    );
    expect(JSON.parse(left.stdout)).toEqual({ schema_version: 1, problems });
  });

  test('everything else ends with 1, with the stack only when it was asked for', async () => {
    const compose = () => Promise.reject(new Error('disk on fire'));
    const short = await cli(['status'], { compose });
    expect(short.code).toBe(1);
    expect(short.stderr).toContain('error: unexpected: disk on fire');
    expect(short.stderr).not.toContain('run-cli.test');
    const long = await cli(['status', '--log-level', 'debug'], { compose });
    expect(long.stderr).toContain('run-cli.test');
  });

  test('an error ends the events with a done that says so', async () => {
    const left = await cli(['run', 'm.yaml', '--events'], { compose: () => Promise.reject(new UsageError('no such batch')) });
    const last = JSON.parse(left.stdout.trim().split('\n').at(-1) ?? '') as object;
    expect(last).toMatchObject({ event: 'done', exit_code: 2, error: 'no such batch' });
  });

  test('the engine is closed however it ends', async () => {
    let closed = 0;
    const close = () => {
      closed += 1;
      return Promise.resolve();
    };
    await cli(['run', 'm.yaml'], { engine: { ...finished, close } });
    await cli(['run', 'm.yaml'], { engine: { run: () => Promise.reject(new Error('x')), close } });
    expect(closed).toBe(2);
  });
});

describe('money', () => {
  const asks: Partial<Nightshift> = {
    run: async ({ confirm }: RunOptions) => {
      await confirm({ what: '24 credits of ulazai', budget: false });
      return { kind: 'ended', document: someRun(), reasons: ['completed'], summary: 'spent' };
    },
  };

  test('is not spent without a word, where nobody can be asked', async () => {
    const left = await cli(['run', 'm.yaml'], { engine: asks });
    expect(left.code).toBe(2);
    expect(left.stderr).toMatch(/would spend 24 credits of ulazai\. Nobody is at the terminal.*--yes, --max-cost N, or a budget/);
  });

  test('is not spent on what a pipe says, though somebody may be watching', async () => {
    const left = await cli(['run', 'm.yaml'], { engine: asks, terminal: true, typing: false, typed: 'y\n' });
    expect(left.code).toBe(2);
    expect(left.stderr).toContain('Nobody is at the terminal');
  });

  test.each([['--yes'], ['--max-cost=30'], ['--sandbox']])('is spent with %s', async (flag) => {
    expect(await cli(['run', 'm.yaml', flag], { engine: asks })).toMatchObject({ code: 0, stderr: 'spent\n' });
  });

  test('the question is broken between words where it is wider than the terminal', async () => {
    const what = `${'120 credits of ulazai and '.repeat(6)}more for 64 jobs`;
    const engine: Partial<Nightshift> = {
      ...asks,
      run: async ({ confirm }: RunOptions) =>
        confirm({ what, budget: false }).then(() => ({ kind: 'ended', document: someRun(), reasons: ['completed'], summary: 'spent' })),
    };
    const { stderr, code } = await cli(['run', 'm.yaml'], { engine, terminal: true, typed: 'y\n' });
    expect(code).toBe(0);
    const shown = stripVTControlCharacters(stderr)
      .split(/[\r\n]+/)
      .filter((line) => line !== '');
    expect(Math.max(...shown.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(shown.join(' ').replaceAll(/ +/g, ' ')).toContain(`This spends up to ${what}. Go on? [y/N]`);
  });

  test('is spent under a budget of the manifest', async () => {
    const budgeted: Partial<Nightshift> = {
      run: async ({ confirm }: RunOptions) => {
        await confirm({ what: '24 credits', budget: true });
        return { kind: 'ended', document: someRun(), reasons: ['completed'], summary: 'spent' };
      },
    };
    expect((await cli(['run', 'm.yaml'], { engine: budgeted })).code).toBe(0);
  });

  test.each([
    ['y\n', 0],
    ['YES\n', 0],
    ['\n', 2],
    ['n\n', 2],
    ['yesterday\n', 2],
    ['\u0004', 2],
    ['\u0003', 2],
  ])('is asked for at a terminal: %j', async (typed, code) => {
    const left = await cli(['run', 'm.yaml'], { engine: asks, terminal: true, typed });
    expect(left.stderr).toContain('This spends up to 24 credits of ulazai. Go on? [y/N]');
    expect(left.code).toBe(code);
    expect(left.stdout).toBe('');
  });
});

describe('Ctrl-C', () => {
  test('asks the engine to end in order, and gives the signals back', async () => {
    const signals = new EventEmitter();
    const engine: Partial<Nightshift> = {
      run: async ({ signal }: RunOptions) => {
        queueMicrotask(() => signals.emit('SIGINT'));
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return { kind: 'ended', document: someRun(), reasons: ['interrupted', 'failures'], summary: 'saved' };
      },
    };
    const left = await cli(['run', 'm.yaml'], { engine, signals });
    expect(left.code).toBe(130);
    expect(left.stderr).toMatch(/Stopping: nothing new is submitted/);
    expect(signals.listenerCount('SIGINT') + signals.listenerCount('SIGTERM')).toBe(0);
  });
});

describe('secrets', () => {
  test('stand in nothing that leaves: output, errors, events, log', async () => {
    const log = join(folder, 'logs/night.log');
    const leaky = (): Promise<Nightshift> =>
      Promise.reject(
        Object.assign(new Error(`401 for Bearer ${KEY}`), {
          config: { headers: { authorization: `Bearer ${KEY}` } },
          cause: new Error(KEY),
        }),
      );
    const left = await cli(['status', '--events', '--log-file', log, '--log-level', 'trace'], {
      compose: leaky,
      env: { ULAZAI_API_KEY: KEY },
    });
    const all = left.stdout + left.stderr + readFileSync(log, 'utf8');
    expect(left.stdout).toContain('401 for Bearer [secret]');
    expect(left.stderr).toContain('401 for Bearer [secret]');
    expect(readFileSync(log, 'utf8')).toContain('401 for Bearer [secret]');
    for (const form of [KEY, encodeURIComponent(KEY), Buffer.from(KEY).toString('base64'), KEY.slice(0, 8)])
      expect(all).not.toContain(form);
    expect(statSync(log).mode & 0o777).toBe(0o600);
  });

  test('known only from the configuration are redacted from there on', async () => {
    const left = await cli(['status'], {
      compose: ({ redactor, output }) => {
        redactor.add(['key-from-dotenv-file']);
        output.warn('using key-from-dotenv-file');
        return Promise.reject(new UsageError('key-from-dotenv-file is refused'));
      },
    });
    expect(left.stderr).toBe('warning: using [secret]\nerror: [secret] is refused\n');
  });

  test('a log that cannot be opened is a usage error', async () => {
    expect(await cli(['status', '--log-file', folder])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--log-file .* cannot be opened/),
    });
  });
});

describe('status --watch', () => {
  test('follows until nothing is left to do', async () => {
    let asked = 0;
    const jobs = { total: 1, done: 0, failed: 0, inFlight: 0, queued: 1, unknown: 0 };
    const progress = { batch: 'b', jobs, money: [], requests: 0, perMinute: null, left: null, providers: [], oldest: [], notes: [] };
    const status = () =>
      Promise.resolve({
        document: { ...(++asked === 1 ? someRun({ queued: 1 }) : someRun()), running: false, limits: {} },
        running: null,
        settings: [],
        report: null,
        waits: [],
        progress,
      });
    const signals = new EventEmitter();
    const left = await cli(['status', '--watch', '--events'], { engine: { status }, signals });
    expect(left.code).toBe(0);
    expect(
      left.stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { event: string }).event),
    ).toEqual(['launch', 'status', 'done']);
    expect(signals.listenerCount('SIGINT')).toBe(0);
  });
});

describe('report', () => {
  test('goes to standard output, or to a file in the format asked for', async () => {
    const report: Nightshift['report'] = ({ format }) => Promise.resolve([`${format}\n`, `${KEY}\n`]);
    const place = { engine: { report }, cwd: folder, env: { ULAZAI_API_KEY: KEY } };
    expect(await cli(['report'], place)).toEqual({ code: 0, stdout: 'table\n[secret]\n', stderr: '' });
    expect((await cli(['report', '--json'], place)).stdout).toContain('json\n');
    expect(await cli(['report', '--format', 'md', '--output', 'deep/r.md'], place)).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(join(folder, 'deep/r.md'), 'utf8')).toBe('md\n[secret]\n');
  });
});
