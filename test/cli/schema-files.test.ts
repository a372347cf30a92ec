import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { registry } from '../../jobs/index.ts';
import { configJsonSchema } from '../../src/cli/config/config-json-schema.ts';
import { loadSettings } from '../../src/cli/config/load-settings.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { manifestJsonSchema } from '../../src/manifest/manifest-json-schema.ts';
import { pages } from '../docs/doc-files.ts';
import { root } from '../examples/run-program.ts';
import { folderWith } from '../manifest/folder.ts';
import { planFiles } from '../plan/plan-files.ts';

const ajv = new Ajv({ strict: false, allErrors: true });
const manifest = ajv.compile(manifestJsonSchema(registry));
const config = ajv.compile(configJsonSchema(registry));

const examples = readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => join('examples', name));
const blocks = pages()
  .flatMap((page) => page.blocks)
  .filter(({ language }) => language === 'yaml');

describe('the schema files of the package', () => {
  test.each([
    ['manifest', manifestJsonSchema(registry)],
    ['config', configJsonSchema(registry)],
  ])('schema/%s.schema.json is what `nightshift schema` prints: npm run docs writes it', async (name, schema) => {
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(join(root, `schema/${name}.schema.json`));
  });

  test.each(examples)('%s names the one that it is checked with, and passes', (file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const kind = file.endsWith('nightshift.config.yaml') ? 'config' : 'manifest';
    expect(text.split('\n')[0]).toBe(`# yaml-language-server: $schema=../../schema/${kind}.schema.json`);
    const validate = kind === 'config' ? config : manifest;
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
  });

  test.each(blocks.filter(({ info }) => /^(manifest|config)/.test(info)).map((block) => [`${block.page}:${block.line}`, block] as const))(
    'the block at %s passes',
    (_, block) => {
      const validate = block.info.startsWith('config') ? config : manifest;
      expect(validate(parse(block.text)), JSON.stringify(validate.errors)).toBe(true);
    },
  );
});

/** Each on top of a manifest that has no fault. */
const MANIFESTS: readonly (readonly [accepted: boolean, change: object])[] = [
  [true, {}],
  [true, { name: 'spring', tags: ['a'], priority: -3, copies: 2, budget: 2000 }],
  [true, { budget: { ulazai: 2000 } }],
  [true, { copies: '{{ 1 | plus: 1 }}', priority: ' 12 ', id: 7 }],
  [true, { rows: [{ a: 1 }, { a: null }], matrix: { b: [1, 'x'], include: [{ b: 1, c: 2 }], exclude: null }, id: '{{ a }}-{{ b }}' }],
  [true, { jobs: [null, { id: 'x', params: { aspect_ratio: null } }], params: { aspect_ratio: '1:1' }, id: 'y' }],
  [true, { output: null, prompt: 'a', tags: null }],
  [true, { $schema: './manifest.schema.json', output: 'a/..b', name: 'spring 2.0' }],
  [true, { model: null, jobs: [{ model: 'ulazai/image' }] }],
  [false, { model: null }],
  [false, { model: null, jobs: [{ model: 'ulazai/image' }, null] }],
  [false, { model: '' }],
  [false, { prompt: ' ' }],
  [false, { id: '' }],
  [false, { output: '' }],
  [false, { output: '/x' }],
  [false, { output: 'a/../../x' }],
  [false, { name: 'a/b' }],
  [false, { name: '..' }],
  [false, { budget: {} }],
  [false, { budget: { ulazai: 1, foo: 10 } }],
  [false, { matrix: { a: [] } }],
  [false, { matrix: { copy: [1, 2] } }],
  [false, { rows: 'prompts.xlsx' }],
  [false, { name: '{{ a }}' }],
  [false, { name: 3 }],
  [false, { modle: 'ulazai/image' }],
  [false, { model: 7 }],
  [false, { prompt: ['a'] }],
  [false, { copies: 0 }],
  [false, { copies: 1.5 }],
  [false, { copies: 'two' }],
  [false, { copies: '0' }],
  [false, { priority: 'high' }],
  [false, { tags: 'spring' }],
  [false, { tags: [1] }],
  [false, { budget: -1 }],
  [false, { budget: '2000' }],
  [false, { budget: { ulazai: '20' } }],
  [false, { budget: 1e12 }],
  [false, { params: ['a'] }],
  [false, { params: 'a' }],
  [false, { rows: [1] }],
  [false, { rows: 7 }],
  [false, { matrix: [1] }],
  [false, { matrix: { a: 'x' } }],
  [false, { matrix: { include: { a: 1 } } }],
  [false, { jobs: [] }],
  [false, { jobs: {} }],
  [false, { jobs: ['x'] }],
  [false, { jobs: [{ name: 'x' }] }],
  [false, { jobs: [{ id: true }] }],
];

describe('the schema of a manifest and the program agree on', () => {
  test.each(MANIFESTS.map(([accepted, change]) => [JSON.stringify(change), accepted, change] as const))(
    '%s',
    async (_, accepted, change) => {
      const document = { model: 'ulazai/image', prompt: 'a', ...change };
      const { lines } = await planFiles({ 'm.yaml': JSON.stringify(document) });
      expect(lines.length === 0, lines.join('\n')).toBe(accepted);
      expect(manifest(document), JSON.stringify(manifest.errors)).toBe(accepted);
    },
  );
});

const CONFIGS: readonly (readonly [accepted: boolean, config: object])[] = [
  [true, {}],
  [true, { providers: null, out: 'out/<batch>', db: null }],
  [
    true,
    { providers: { ulazai: { limits: { requests: ['100/min', '10/600ms', '24/1h30m'], concurrency: '5..10', studio_submits: '24/h' } } } },
  ],
  [
    true,
    {
      providers: { ulazai: { limits: { concurrency: 'auto', requests: '100 / min' } }, mayanio: { base_url: 'http://localhost:4747/x/' } },
    },
  ],
  [
    true,
    { providers: { ulazai: { poll: { min: '250ms', max: '1h30m' }, prices: { 'studio/wan_2_6': 220, 'kling-3.0': { per_second: 20 } } } } },
  ],
  [
    true,
    {
      providers: { ulazai: { models: { x: { kind: 'video', durations: [5], sound: true, price: { per_job: 9 } } }, upload_max_age: '7d' } },
    },
  ],
  [
    true,
    {
      providers: { mayanio: { paths: { videos: '/v2' } } },
      downloads: { concurrency: 4, max_bytes: '1.5 GiB', allow_private_hosts: false },
    },
  ],
  [true, { downloads: { max_bytes: 2000 }, profiles: { studio: { out: 'x', providers: { ulazai: { auth_scheme: 'Token' } } } } }],
  [false, { provider: {} }],
  [false, { out: '' }],
  [false, { providers: { ulaza: {} } }],
  [false, { providers: { ulazai: { limits: { request: '1/s' } } } }],
  [false, { providers: { ulazai: { limits: { requests: 100 } } } }],
  [false, { providers: { ulazai: { limits: { requests: [] } } } }],
  [false, { providers: { ulazai: { limits: { requests: '0/min' } } } }],
  [false, { providers: { ulazai: { limits: { concurrency: 0 } } } }],
  [false, { providers: { mayanio: { limits: { concurrency: 'auto' } } } }],
  [false, { providers: { ulazai: { base_url: 'ulazai.com' } } }],
  [false, { providers: { ulazai: { base_url: 'https://u:p@ulazai.com' } } }],
  [false, { providers: { ulazai: { submit_timeout: 60 } } }],
  [false, { providers: { ulazai: { submit_timeout: '30m1h' } } }],
  [false, { providers: { ulazai: { prices: { image: '8' } } } }],
  [false, { providers: { ulazai: { prices: { image: { per_second: 1, per_job: 2 } } } } }],
  [false, { providers: { ulazai: { models: { x: { durations: [5] } } } } }],
  [false, { providers: { mayanio: { paths: { videos: 'v2' } } } }],
  [false, { downloads: { concurrency: 100 } }],
  [false, { downloads: { max_bytes: '2 apples' } }],
  [false, { profiles: { 'a b': {} } }],
];

describe('the schema of a list of jobs and the program agree on', () => {
  const lists: readonly (readonly [accepted: boolean, list: readonly unknown[]])[] = [
    [true, [{ model: 'ulazai/image', prompt: 'a' }]],
    [false, []],
    [false, [{ prompt: 'a' }]],
    [false, [{ model: 'ulazai/image', prompt: 'a', budget: 3 }]],
    [false, ['a prompt']],
  ];
  test.each(lists.map(([accepted, list]) => [JSON.stringify(list), accepted, list] as const))('%s', async (_, accepted, list) => {
    const { lines } = await planFiles({ 'm.json': JSON.stringify(list) });
    expect(lines.length === 0, lines.join('\n')).toBe(accepted);
    expect(manifest(list), JSON.stringify(manifest.errors)).toBe(accepted);
  });
});

describe('the schema of the configuration and the program agree on', () => {
  test.each(CONFIGS.map(([accepted, value]) => [JSON.stringify(value), accepted, value] as const))('%s', async (_, accepted, value) => {
    const folder = await folderWith({ 'nightshift.config.yaml': JSON.stringify(value) });
    const settings = await loadSettings({
      configFlag: null,
      startDir: folder,
      cwd: folder,
      env: {},
      registry,
      flags: { db: null, out: null },
    }).catch((error: unknown) => {
      if (!(error instanceof UsageError)) throw error;
      return null;
    });
    expect(settings !== null).toBe(accepted);
    expect(config(value), JSON.stringify(config.errors)).toBe(accepted);
  });
});
