import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const main = join(root, 'dist/src/cli/main.js');
let folder: string;

beforeAll(() => {
  if (!existsSync(main)) throw new Error('These tests run the built program: npm run build');
  folder = mkdtempSync(join(tmpdir(), 'nightshift-loaded-'));
  writeFileSync(join(folder, 'one.csv'), 'id,model,prompt\na,ulazai/image,A cup\n');
  expect(program(['run', 'one.csv', '--sandbox', '--quiet']).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the built program; tells its own modules by path and packages by name. */
function program(argv: readonly string[]): {
  readonly code: number | null;
  readonly own: readonly string[];
  readonly packages: readonly string[];
} {
  const list = join(folder, 'loaded.txt');
  rmSync(list, { force: true });
  const { status } = spawnSync(process.execPath, ['--import', join(import.meta.dirname, 'tell-loaded.mjs'), main, ...argv], {
    cwd: folder,
    env: { PATH: process.env.PATH, LOADED_MODULES: list },
  });
  const urls = readFileSync(list, 'utf8').trimEnd().split('\n');
  const named = (pattern: RegExp): string[] => [...new Set(urls.flatMap((url) => pattern.exec(url)?.[1] ?? []))].toSorted();
  return { code: status, own: named(/\/dist\/((?:src|jobs)\/.+)$/), packages: named(/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//) };
}

/** What only a run, the sandbox or the account needs. */
const HEAVY = ['undici', 'bottleneck', 'hono', '@hono/node-server', 'sharp', 'mediabunny', '@gltf-transform/core', 'p-queue', 'log-update'];
const OF_MANIFESTS = ['liquidjs', 'csv-parse'];

describe('a command loads only what it needs', () => {
  test.each([['--version'], ['--help'], ['-h']])('%s: no package at all, and a handful of our own modules', (flag) => {
    const { code, own, packages } = program([flag]);
    expect({ code, packages }).toEqual({ code: 0, packages: [] });
    expect(own).toContain('src/cli/quick-answer.js');
    expect(own.length).toBeLessThan(8);
  });

  test.each([[['status']], [['jobs']], [['show', 'a']]])('%s: nothing that sends, draws or decodes', (argv) => {
    const { code, packages } = program([...argv, '--sandbox', '--json']);
    expect(code).toBe(0);
    expect(packages).toContain('better-sqlite3');
    expect(packages.filter((name) => [...HEAVY, ...OF_MANIFESTS, 'file-type'].includes(name))).toEqual([]);
  });

  test('plan: the parsers of manifests, and nothing that sends', () => {
    const { code, packages } = program(['plan', 'one.csv', '--json']);
    expect(code).toBe(0);
    expect(packages).toEqual(expect.arrayContaining(OF_MANIFESTS));
    expect(packages.filter((name) => [...HEAVY, 'file-type'].includes(name))).toEqual([]);
  });

  test('balance: the HTTP client, and nothing that draws or decodes', () => {
    const { packages } = program(['balance', '--json']);
    expect(packages).toContain('undici');
    expect(packages.filter((name) => ['hono', 'sharp', 'mediabunny', '@gltf-transform/core', ...OF_MANIFESTS].includes(name))).toEqual([]);
  });

  test('the check sees what is loaded: a run on the sandbox loads all of it', () => {
    const { code, packages } = program(['run', 'one.csv', '--sandbox', '--quiet']);
    expect(code).toBe(0);
    expect(packages).toEqual(expect.arrayContaining(['undici', 'bottleneck', 'hono', 'sharp', 'liquidjs', 'csv-parse']));
  });
});
