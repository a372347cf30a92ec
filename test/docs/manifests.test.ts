import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { registry } from '../../jobs/index.ts';
import { loadSettings } from '../../src/cli/config/load-settings.ts';
import { resolveModel } from '../../src/job-type/registry.ts';
import type { PlanDocument } from '../../src/plan/plan-document.ts';
import { matchingSettings } from '../../src/sandbox/matching-settings.ts';
import { main, root, runScript } from '../examples/run-program.ts';
import { type CodeBlock, codeSpans, pages, readPage } from './doc-files.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightshift-docs-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const blocks = pages().flatMap((page) => page.blocks);
const titled = (block: CodeBlock, index: number) => [`${block.page}:${block.line}`, block, index] as const;

describe('every manifest in the documentation plans without a problem', () => {
  const manifests = blocks.filter(({ info }) => /^manifest\b/.test(info)).map(titled);

  test('there are some', () => expect(manifests.length).toBeGreaterThanOrEqual(4));

  test.concurrent.each(manifests)('%s', async (_, block, index) => {
    const beside = join(folder, String(index));
    // `manifest in examples/x`: the files that it names are there.
    const [, from] = / in (\S+)$/.exec(block.info) ?? [];
    if (from !== undefined) cpSync(join(root, from), beside, { recursive: true });
    else cpSync(join(root, 'LICENSE'), join(beside, 'LICENSE'));
    writeFileSync(join(beside, `shown.${block.language}`), block.text);
    const { code, stdout, stderr } = await runScript(main, ['plan', `shown.${block.language}`, '--json'], beside);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const plan = JSON.parse(stdout) as PlanDocument;
    expect(plan.problems).toEqual([]);
    expect(plan.jobs.total).toBeGreaterThan(0);
  });
});

test.each(blocks.filter(({ info }) => info === 'config').map(titled))('the configuration at %s is valid', async (_, block, index) => {
  const file = join(folder, `config-${index}.yaml`);
  writeFileSync(file, block.text);
  const from = { configFlag: file, startDir: folder, cwd: folder, env: {}, registry, flags: { db: null, out: null } };
  const settings = await loadSettings(from);
  expect(settings.warnings).toEqual([]);
  // What is shown as the default is the default.
  const { configFlag: _file, ...rest } = from;
  const defaults = await loadSettings({ ...rest, configFlag: null });
  expect(settings.downloads).toEqual(defaults.downloads);
  expect(settings.out).toBe(defaults.out);
  expect(settings.dbPath).toBe(defaults.dbPath);
  for (const [name, { limits, poll, submitTimeoutMs, paths }] of Object.entries(defaults.providers))
    expect(settings.providers[name]).toMatchObject({ limits, poll, submitTimeoutMs, paths });
});

test('the lines for a sandbox are those that it prints', () => {
  expect(blocks.filter(({ info }) => info === 'sandbox at 60').map(({ text }) => text)).toEqual([`${matchingSettings(60)}\n`]);
});

test('every yaml, csv and jsonl block says what it is, so that it is checked', () => {
  const silent = blocks.filter(({ language, info }) => ['yaml', 'csv', 'tsv', 'jsonl'].includes(language) && info === '');
  expect(silent).toEqual([]);
});

describe('the table of models in docs/manifest.md', () => {
  const rows = readPage('docs/manifest.md')
    .text.split('\n')
    .filter((line) => /^\| `(?:ulazai|mayanio)\//.test(line));
  const catalog = { capabilities: () => null, slugs: () => [] };

  test.each(registry.jobTypes.flatMap(({ models }) => models))('names every parameter of %s, in both spellings', (pattern) => {
    const row = rows.find((line) => line.split('|')[1]!.includes(`\`${pattern}\``));
    const { jobType, name } = resolveModel(registry, pattern.replace('<slug>', 'some_slug'))!;
    const spec = jobType.parameters(name, catalog);
    const shown = codeSpans(row ?? '');
    // Some stand in the schema only to say why they are not taken.
    const isTaken = (schema: z.ZodType) =>
      !schema.safeParse('x').error?.issues.some((issue) => 'expected' in issue && issue.expected === 'never');
    const taken = Object.entries(spec.schema.shape).flatMap(([field, schema]) => (isTaken(schema) ? [field] : []));
    expect(shown).toEqual(expect.arrayContaining([...taken, ...Object.keys(spec.aliases)]));
    for (const span of shown.filter((each) => /^[a-zA-Z_0-9]+$/.test(each) && each !== 'prices' && each !== 'veo31_fast'))
      expect([...taken, ...Object.keys(spec.aliases)]).toContain(span);
  });
});
