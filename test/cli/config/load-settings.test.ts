import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { registry } from '../../../jobs/index.ts';
import { loadSettings } from '../../../src/cli/config/load-settings.ts';
import { outFolderOf } from '../../../src/cli/config/settings.ts';
import { problemLine, UsageError } from '../../../src/cli/usage-error.ts';
import { matchingSettings } from '../../../src/sandbox/matching-settings.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'nightshift-config-')));
});
afterEach(() => rmSync(root, { recursive: true }));

interface Given {
  readonly config?: string;
  readonly startDir?: string;
  readonly env?: Record<string, string>;
  readonly flags?: { db?: string; out?: string; config?: string; profile?: string };
}

async function load({ config, startDir = root, env = {}, flags = {} }: Given = {}) {
  if (config !== undefined) writeFileSync(join(root, 'nightshift.config.yaml'), config);
  return loadSettings({
    configFlag: flags.config ?? null,
    profile: flags.profile ?? null,
    flagVariables: async () => new Set(['NIGHTSHIFT_MAX_COST']),
    startDir,
    cwd: root,
    env,
    registry,
    flags: { db: flags.db ?? null, out: flags.out ?? null },
  });
}

test.each([1, 60, 300])('the lines that a sandbox of speed %d prints are a configuration, with limits and polls as fast', async (speed) => {
  const { providers } = await load({ config: matchingSettings(speed) });
  const plain = (await load({ config: '{}\n' })).providers;
  for (const name of ['ulazai', 'mayanio']) {
    for (const [limit, definition] of Object.entries(plain[name]!.limits)) {
      const scaled = providers[name]!.limits[limit]!;
      if (definition.kind === 'slots' || scaled.kind === 'slots') expect(scaled).toEqual(definition);
      else {
        expect(scaled.windows.map(({ max }) => max)).toEqual(definition.windows.map(({ max }) => max));
        expect(scaled.windows[0]!.windowMs).toBe(Math.ceil(definition.windows[0]!.windowMs / speed));
      }
    }
    expect(providers[name]!.poll).toEqual({
      minMs: Math.ceil(plain[name]!.poll.minMs / speed),
      maxMs: Math.ceil(plain[name]!.poll.maxMs / speed),
    });
  }
});

async function problemsOf(config: string, env: Record<string, string> = {}): Promise<string[]> {
  const error = await load({ config, env }).then(
    () => null,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).problems.map(problemLine);
}

describe('the configuration', () => {
  test('reads everything that the contract names', async () => {
    const settings = await load({
      config: `
out: pictures
db: state/queue.db
providers:
  ulazai:
    base_url: https://ulazai.example/
    auth_scheme: Token
    limits: { requests: [10/h, 100/600ms], concurrency: 3, studio_submits: 24/h, sora_concurrency: 10 }
    poll: { min: 250ms, max: 5m }
    submit_timeout: 90s
    settle_window: 2m
    prices: { "studio/wan_2_6": 220, kling-3.0: { per_second: 20 } }
    upload_field: file
    upload_max_age: 7d
    models:
      wan_2_6: { kind: video, aspect_ratios: ["16:9"], durations: [5, 10], quality_modes: [], inputs: [text], sound: false, price: { per_second: 12.5 } }
  mayanio:
    base_url: http://localhost:4747
    limits: { requests: 500/h }
    paths: { videos: /v2/videos }
downloads: { concurrency: 8, max_bytes: 1.5GB, allow_private_hosts: true }
`,
    });
    expect(settings).toMatchObject({
      configFile: join(root, 'nightshift.config.yaml'),
      baseDir: root,
      dbPath: join(root, 'state/queue.db'),
      out: join(root, 'pictures'),
      downloads: { concurrency: 8, maxBytes: 1_500_000_000, allowPrivateHosts: true },
      warnings: [],
    });
    const requests = {
      kind: 'window',
      windows: [
        { max: 10, windowMs: 3_600_000 },
        { max: 100, windowMs: 600 },
      ],
    };
    expect(settings.providers.ulazai).toEqual({
      baseUrl: 'https://ulazai.example',
      authScheme: 'Token',
      limits: expect.objectContaining({ requests, concurrency: { kind: 'slots', max: 3 } }),
      poll: { minMs: 250, maxMs: 300_000 },
      submitTimeoutMs: 90_000,
      settleMs: 120_000,
      prices: { 'studio/wan_2_6': { perJob: 220 }, 'kling-3.0': { perSecond: 20 } },
      models: [
        {
          slug: 'wan_2_6',
          name: null,
          kind: 'video',
          aspectRatios: ['16:9'],
          durations: [5, 10],
          qualityModes: [],
          inputs: ['text'],
          sound: false,
          price: { perSecond: 12.5 },
          source: 'configuration',
        },
      ],
      paths: {},
      uploadField: 'file',
      uploadMaxAgeMs: 7 * 24 * 3_600_000,
    });
    expect(settings.providers.mayanio?.paths).toEqual({ videos: '/v2/videos', '3d': '/api/v1/3d' });
  });

  test('is not needed: defaults come from the documents', async () => {
    const settings = await load();
    expect(settings).toMatchObject({ configFile: null, baseDir: root, dbPath: join(root, '.nightshift/queue.db') });
    expect(settings.providers.ulazai).toMatchObject({
      baseUrl: 'https://ulazai.com',
      authScheme: 'Bearer',
      poll: { minMs: 2_000, maxMs: 60_000 },
    });
    expect(settings.providers.ulazai?.limits.requests).toEqual({ kind: 'window', windows: [{ max: 100, windowMs: 60_000 }] });
    expect(settings.providers.mayanio?.baseUrl).toBeNull();
    expect(outFolderOf(settings, 'spring')).toBe(join(root, 'out/spring'));
  });

  test.each(['', '# only a comment\n', '{}', 'providers:\n  ulazai:\n    # limits: {}\ndb:\n'])('may say nothing: %j', async (config) => {
    expect((await load({ config })).providers.ulazai?.authScheme).toBe('Bearer');
  });

  test('lies beside the manifest or above it, and its paths are relative to it', async () => {
    const manifests = join(root, 'a/b');
    mkdirSync(manifests, { recursive: true });
    expect((await load({ config: 'db: q.db', startDir: manifests })).dbPath).toBe(join(root, 'q.db'));
    writeFileSync(join(manifests, 'nightshift.config.yaml'), 'db: near.db');
    expect((await load({ startDir: manifests })).dbPath).toBe(join(manifests, 'near.db'));
  });

  test('that is named must be there', async () => {
    await expect(load({ flags: { config: 'nowhere.yaml' } })).rejects.toThrow(/--config nowhere.yaml: there is no such file/);
  });

  test('flags win over the environment, that over the file, that over defaults', async () => {
    const config = 'db: file.db\nout: file\nproviders: { ulazai: { base_url: "https://file.example" } }';
    const env = { NIGHTSHIFT_DB: 'env.db', NIGHTSHIFT_OUT: 'env', NIGHTSHIFT_ULAZAI_BASE_URL: 'https://env.example/api/' };
    const both = await load({ config, env, flags: { db: 'flag.db' } });
    expect(both).toMatchObject({ dbPath: join(root, 'flag.db'), out: join(root, 'env') });
    expect(both.providers.ulazai?.baseUrl).toBe('https://env.example/api');
    expect(await load({ config })).toMatchObject({ dbPath: join(root, 'file.db'), out: join(root, 'file') });
  });

  test('a batch name is one segment of the default output folder, whatever stands in it', async () => {
    const settings = await load();
    for (const name of ['../../etc', '..', 'a/b', 'a\\b', 'nul\0x']) {
      const folder = outFolderOf(settings, name);
      expect(folder.startsWith(join(root, 'out/'))).toBe(true);
      expect(folder.slice(join(root, 'out/').length)).toMatch(/^[^/\\\0]+$/);
    }
    expect(outFolderOf(settings, '$&')).toBe(join(root, 'out/$&'));
  });
});

describe('a broken configuration', () => {
  test('lists every problem with line, field, what was found and what is allowed', async () => {
    const problems = await problemsOf(`otu: pictures
db: 5
providers:
  ulazia: {}
  ulazai:
    base_url: ftp://x
    auth_scheme: "Bearer sk-1"
    limits:
      request: 100/min
      requests: 100 per minute
      concurrency: 0
      sora_concurrency: 2.5
    poll: { min: 5 }
    submit_timeout: 60
    prices: { veo3: -1, veo4: 10 }
    paths: { videos: /x }
    models: { a: { kind: film, durations: [0] } }
downloads: { concurrency: many, max_bytes: 2 apples, allow_private_hosts: "yes" }
`);
    const said = (pattern: RegExp) =>
      expect(
        problems.filter((line) => pattern.test(line)),
        String(pattern),
      ).toHaveLength(1);
    said(
      /^nightshift\.config\.yaml:1: otu: "otu" is not known here; allowed: out, db, providers, downloads, notify, profiles; did you mean "out"\?/,
    );
    said(/config\.yaml:2: db: found 5; allowed: the path of the queue file/);
    said(/config\.yaml:4: providers\.ulazia: .*did you mean "ulazai"/);
    said(/config\.yaml:6: providers\.ulazai\.base_url: found "ftp:\/\/x"; allowed: an address/);
    said(/config\.yaml:7: providers\.ulazai\.auth_scheme/);
    said(/config\.yaml:9: providers\.ulazai\.limits\.request: .*did you mean "requests"/);
    said(/config\.yaml:10: providers\.ulazai\.limits\.requests: found "100 per minute"; allowed: requests in a time/);
    said(/config\.yaml:11: providers\.ulazai\.limits\.concurrency: found 0; allowed: a whole number/);
    said(/config\.yaml:12: .*sora_concurrency: found 2\.5/);
    said(/config\.yaml:13: providers\.ulazai\.poll\.min: found 5; allowed: a duration with its unit/);
    said(/config\.yaml:14: providers\.ulazai\.submit_timeout: found 60/);
    said(/config\.yaml:15: providers\.ulazai\.prices\.veo3: found -1/);
    said(/config\.yaml:16: providers\.ulazai\.paths\.videos/);
    said(/config\.yaml:17: providers\.ulazai\.models\.a\.kind: found "film"; allowed: image or video/);
    said(/config\.yaml:17: providers\.ulazai\.models\.a\.durations: found \[0\]/);
    said(/config\.yaml:18: downloads\.concurrency: found "many"/);
    said(/config\.yaml:18: downloads\.max_bytes: found "2 apples"/);
    said(/config\.yaml:18: downloads\.allow_private_hosts: found "yes"; allowed: true or false/);
    expect(problems).toHaveLength(18);
  });

  test('a price of no model, and bounds the wrong way round', async () => {
    const problems = await problemsOf('providers:\n  ulazai:\n    poll: { min: 5s, max: 1s }\n    prices: { veo4: 10 }\n');
    expect(problems).toEqual([
      expect.stringMatching(/yaml:3: providers\.ulazai\.poll: found min 5000 ms above max 1000 ms/),
      expect.stringMatching(/yaml:4: providers\.ulazai\.prices\.veo4: "veo4" is no model of ulazai; allowed: .*did you mean "veo3"/),
    ]);
  });

  test('a key in it is refused, and never shown', async () => {
    const [problem, ...others] = await problemsOf('providers:\n  ulazai:\n    api_key: sk-1234567890abcdef\n');
    expect(others).toEqual([]);
    expect(problem).toMatch(/yaml:3: providers\.ulazai\.api_key: keys are never read from this file.*ULAZAI_API_KEY/);
    expect(problem).not.toContain('sk-');
  });

  test.each([
    ['a syntax error', 'a: [1\nb: 2', /yaml:\d+: .*/],
    ['a name given twice', 'db: a\ndb: b', /yaml:2: db: .*twice/],
    ['a name that would change every object', '__proto__: { x: 1 }', /yaml:1: __proto__/],
    ['a list', '- 1', /allowed: a mapping/],
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefg'[index]}`).join(',')}]`)
        .join('\n')}`,
      /yaml/,
    ],
  ])('%s has a place', async (_, config, said) => {
    const problems = await problemsOf(config);
    expect(problems.join('\n')).toMatch(said);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });

  test('the environment is checked as well, together with the file', async () => {
    const problems = await problemsOf('otu: x', { NIGHTSHIFT_MAYANIO_BASE_URL: 'not an address' });
    expect(problems).toEqual([
      expect.stringMatching(/^environment: NIGHTSHIFT_MAYANIO_BASE_URL: found "not an address"/),
      expect.stringMatching(/otu/),
    ]);
  });
});

describe('what deserves a warning', () => {
  test('a variable that looks meant for us and is not known', async () => {
    expect((await load({ env: { NIGHTSHIFT_DBB: 'x' } })).warnings).toEqual([
      'the environment variable NIGHTSHIFT_DBB is not known and has no effect; did you mean NIGHTSHIFT_DB?',
    ]);
  });

  test('a key that would travel unencrypted, save to this machine', async () => {
    const warnings = async (url: string) => (await load({ env: { NIGHTSHIFT_MAYANIO_BASE_URL: url } })).warnings;
    expect(await warnings('http://example.com')).toEqual([expect.stringMatching(/plain http/)]);
    expect(await warnings('http://127.0.0.1:4747')).toEqual([]);
    expect(await warnings('https://example.com')).toEqual([]);
  });
});

describe('profiles', () => {
  const config = `
out: pictures/<batch>
providers:
  ulazai: { limits: { requests: 50/min, concurrency: 3 }, prices: { veo3: 300 }, submit_timeout: 30s }
profiles:
  client:
    providers:
      ulazai: { limits: { concurrency: 4 }, prices: { veo3_fast: 99 } }
    downloads: { concurrency: 9 }
  own:
    out: elsewhere
    db: elsewhere/queue.db
`;

  test('a profile is laid over the rest name by name, and has a queue and outputs of its own', async () => {
    const plain = await load({ config });
    expect(plain.dbPath).toBe(join(root, '.nightshift/queue.db'));
    const client = await load({ config, flags: { profile: 'client' } });
    expect(client.dbPath).toBe(join(root, '.nightshift/profiles/client/queue.db'));
    expect(client.out).toBe(join(root, 'out/client/<batch>'));
    expect(client.downloads.concurrency).toBe(9);
    expect(client.providers.ulazai).toMatchObject({
      submitTimeoutMs: 30_000,
      limits: { requests: { windows: [{ max: 50 }] }, concurrency: { max: 4 } },
      prices: { veo3: { perJob: 300 }, veo3_fast: { perJob: 99 } },
    });
    expect(await load({ config, flags: { profile: 'own' } })).toMatchObject({
      dbPath: join(root, 'elsewhere/queue.db'),
      out: join(root, 'elsewhere'),
    });
  });

  test('the keys of a profile are those of its own file when there is one', async () => {
    writeFileSync(join(root, '.env'), 'ULAZAI_API_KEY=plain-0123456789\n');
    expect((await load({ config, flags: { profile: 'client' } })).envFile).toBe(join(root, '.env'));
    writeFileSync(join(root, '.env.client'), 'ULAZAI_API_KEY=client-0123456789\n');
    expect((await load({ config, flags: { profile: 'client' } })).envFile).toBe(join(root, '.env.client'));
    expect((await load({ config })).envFile).toBe(join(root, '.env'));
  });

  test('a profile that is not there is an error with the names that are', async () => {
    await expect(load({ config, flags: { profile: 'cleint' } })).rejects.toThrow(
      /no such profile; it has client, own.*did you mean "client"/,
    );
  });

  test('faults in a profile are found with their line, also those that only the whole shows', async () => {
    expect(await problemsOf('profiles:\n  a:\n    provider: {}\n')).toEqual([
      expect.stringMatching(
        /:3: profiles\.a\.provider: "provider" is not known here; allowed: out, db, providers, downloads; did you mean "providers"/,
      ),
    ]);
    const odd = 'providers:\n  ulazai: { poll: { max: 5s } }\nprofiles:\n  a:\n    providers:\n      ulazai: { poll: { min: 9s } }\n';
    expect(await problemsOf(odd)).toEqual([
      expect.stringMatching(/:6: profiles\.a\.providers\.ulazai\.poll: found min 9000 ms above max 5000 ms/),
    ]);
  });
});

test('a variable that is neither ours nor stands for a flag is a warning, with the nearest name', async () => {
  const { warnings } = await load({ env: { NIGHTSHIFT_MAX_COST: '5', NIGHTSHIFT_MAXCOST: '5' } });
  expect(warnings).toEqual([expect.stringMatching(/NIGHTSHIFT_MAXCOST is not known.*did you mean NIGHTSHIFT_MAX_COST/)]);
});
