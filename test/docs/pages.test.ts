import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { registry } from '../../jobs/index.ts';
import { resolveModel } from '../../src/job-type/registry.ts';
import { JOB_STATES, TRANSITIONS } from '../../src/queue/job-states.ts';
import { root } from '../examples/run-program.ts';
import { codeSpans, pages, readPage } from './doc-files.ts';
import { ulazaiSeedream45 } from './example-job-type.ts';

test.each(pages().map((page) => [page.path, page] as const))('%s: every link leads somewhere', (path, page) => {
  for (const [, target = ''] of page.prose.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
    if (/^https?:/.test(target)) continue;
    expect(existsSync(join(root, dirname(path), target)), target).toBe(true);
  }
});

test('every page is reached from docs/README.md', () => {
  const { prose } = readPage('docs/README.md');
  const named = readdirSync(join(root, 'docs')).filter((name) => name !== 'README.md');
  for (const name of named) expect(prose).toContain(name.endsWith('.md') ? `](${name})` : `](${name}/)`);
});

test('the README shows every picture that `npm run screenshots` takes, each with words for those who cannot see it', async () => {
  const pictures = readdirSync(join(root, 'docs/screenshots')).map((name) => `docs/screenshots/${name}`);
  const shown = [...readPage('README.md').prose.matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)].map(([, words = '', path = '']) => ({
    words,
    path,
  }));
  expect(shown.map(({ path }) => path).sort()).toEqual(pictures.sort());
  expect(shown.filter(({ words }) => words.split(' ').length < 5)).toEqual([]);
  const taken = readFileSync(join(root, 'screenshots/make.ts'), 'utf8') + readFileSync(join(root, 'screenshots/save-pages.ts'), 'utf8');
  for (const path of pictures) {
    expect(taken).toMatch(new RegExp(`'${basename(path, '.webp')}(?:\\.webp)?'`));
    // Drawn in full: a page that was not ready is one colour.
    const { format, width } = await sharp(join(root, path)).metadata();
    const { entropy } = await sharp(join(root, path)).stats();
    expect({ path, format, wide: width >= 900, drawn: entropy > 0.3, light: statSync(join(root, path)).size <= 150_000 }).toEqual({
      path,
      format: 'webp',
      wide: true,
      drawn: true,
      light: true,
    });
  }
});

test('no page holds a path of somebody’s machine', () => {
  for (const { path, text } of pages()) expect(text, path).not.toMatch(/(?:^|[\s`"'(])\/(?:home|root|tmp|work|Users)\//);
});

describe('docs/job-states.md', () => {
  const rows = readPage('docs/job-states.md')
    .text.split('\n')
    .filter((line) => line.startsWith('| `'));

  test.each(JOB_STATES)('%s: its row names exactly the states that it may lead to', (state) => {
    const row = rows.find((line) => line.startsWith(`| \`${state}\` |`)) ?? '';
    const leads = codeSpans(row.split('|').at(-2) ?? '');
    expect([...leads].sort()).toEqual([...TRANSITIONS[state]].sort());
  });

  test('holds no other state', () => expect(rows).toHaveLength(JOB_STATES.length));
});

test('docs/dependencies.md names every production dependency, and no other, with its licence', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  const rows = readPage('docs/dependencies.md')
    .text.split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| package'));
  const named = new Map(
    rows.flatMap((row) =>
      row
        .split('|')[1]!
        .split(',')
        .map((name) => [name.trim(), row.split('|').at(-2)!.trim()]),
    ),
  );
  expect([...named.keys()].sort()).toEqual(Object.keys(manifest.dependencies).sort());
  for (const [name, licence] of named) {
    const { license } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as { license: string };
    expect(licence, name).toBe(license);
  }
});

describe('the worked example of docs/adding-a-job-type.md', () => {
  test('is the file that is compiled beside this test', () => {
    const [block] = readPage('docs/adding-a-job-type.md').blocks.filter(({ language }) => language === 'ts');
    const file = readFileSync(join(import.meta.dirname, 'example-job-type.ts'), 'utf8');
    expect(block?.text).toBe(file.replaceAll("'../../jobs/shared/", "'../shared/").replaceAll("'../../jobs/ulazai/", "'./"));
  });

  const withExample = { ...registry, jobTypes: [...registry.jobTypes, ulazaiSeedream45] };
  const { jobType, name } = resolveModel(withExample, 'ulazai/seedream45')!;
  const answer = (status: number, json: object) => ({ status, headers: {}, json: { ...json } as never, text: '' });

  test('is found by its model, checks, prices and builds the documented request', () => {
    const params = { prompt: 'a heron', aspect_ratio: '16:9' };
    const { schema } = jobType.parameters(name, { capabilities: () => null, slugs: () => [] });
    expect(schema.safeParse(params).success).toBe(true);
    expect(schema.safeParse({ prompt: ' ' }).success).toBe(false);
    const unknown = { configured: () => null, capabilities: () => null };
    expect(jobType.quote(name, params, unknown).amount).toBeNull();
    expect(jobType.quote(name, params, { ...unknown, configured: () => ({ perJob: 9 }) }).amount).toBe(9);
    expect(jobType.submit(name, params, {})).toEqual({ method: 'POST', path: '/api/v1/seedream45/generate/', body: params });
  });

  test('follows its id to the file, and takes a 500 for what it is', () => {
    const accepted = jobType.readSubmit(answer(201, { success: true, task_id: 't1' }), name, {});
    expect(accepted).toMatchObject({ kind: 'accepted', handle: { ids: ['t1'] } });
    expect(jobType.poll!({ ids: ['t1'], other: {} }, 't1')).toEqual({ method: 'GET', path: '/api/v1/seedream45/status/t1/' });
    const done = { success: true, task_id: 't1', status: 'completed', image_url: 'https://cdn.example.com/1.png' };
    expect(jobType.readPoll!(answer(200, done), 't1')).toMatchObject({ kind: 'completed', files: [{ url: done.image_url }] });
    expect(jobType.readSubmit(answer(500, { error: 'upstream' }), name, {})).toMatchObject({ kind: 'unknown' });
  });
});
