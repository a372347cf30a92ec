import { describe, expect, test } from 'vitest';
import { idleRules, RULES, violations } from './rules.ts';
import { readSource, readSources, type SourceFile } from './source-file.ts';

const files = readSources(['src', 'jobs', 'ui']);

describe('the house', () => {
  test('every module keeps every rule', () => {
    expect(violations(files)).toEqual([]);
  });

  test('every rule looks at something', () => {
    expect(idleRules(files)).toEqual([]);
  });
});

describe('the checker', () => {
  /** A violation of one rule each: path, text, what must be said of it. */
  const planted: readonly (readonly [path: string, text: string, said: RegExp])[] = [
    ['src/plan/planted.ts', "import { x } from '../queue/open-queue.ts';", /src\/plan imports only .*imports src\/queue\/open-queue\.ts/],
    ['src/plan/planted.ts', "export const load = () => import('../cli/main.ts');", /src\/plan imports only .*imports src\/cli\/main\.ts/],
    ['src/values/planted.ts', "export type X = import('../job-type/registry.ts').Registry;", /src\/values imports only/],
    ['src/queue/planted.ts', "import type { X } from '../schedule/ticket.ts';", /src\/queue imports only/],
    ['src/report/planted.ts', "export { x } from '../work/engine.ts';", /src\/report imports only/],
    ['jobs/ulazai/planted.ts', "import { x } from '../../src/plan/price.ts';", /jobs imports only/],
    ['src/work/planted.ts', "import { registry } from '../../jobs/index.ts';", /only the wiring imports jobs/],
    ['src/other/planted.ts', 'export const x = 1;', /which no rule knows/],
    ['src/values/planted.ts', "import { x } from './nowhere.ts';", /which is not there/],
    ['src/plan/planted.ts', 'export const at = () => Date.now();', /uses Date\.now/],
    ['src/plan/planted.ts', 'export const at = () => new Date();', /uses new Date\(\)/],
    ['src/job-type/planted.ts', 'export const dice = () => Math.random();', /uses Math\.random/],
    ['jobs/ulazai/planted.ts', 'export const key = process.env.KEY;', /uses process/],
    ['jobs/ulazai/planted.ts', "import { readFileSync } from 'node:fs';", /imports readFileSync from node:fs/],
    ['src/plan/planted.ts', "import { createHash, randomUUID } from 'node:crypto';", /imports createHash, randomUUID from node:crypto/],
    ['src/plan/planted.ts', "import * as crypto from 'node:crypto';", /from node:crypto/],
    ['src/plan/planted.ts', "import { request } from 'undici';", /imports request from undici/],
    ['src/work/planted.ts', "console.log('x');", /uses console/],
    ['src/work/planted.ts', 'process.exit(1);', /uses process\.exit/],
    ['src/cli/planted.ts', 'process.exitCode = 1;', /one place ends the process/],
    ['ui/planted.tsx', "import { x } from '../src/plan/figures.ts';", /imports src\/plan\/figures\.ts at run time/],
    ['src/page/planted.ts', "import type { x } from '../../ui/page.ts';", /src\/page imports only .*imports ui\/page\.ts/],
    ['src/values/planted.ts', "export * from './json.ts';", /no barrels/],
    ['src/values/index.ts', 'export const x = 1;', /no barrels.*is an index/],
    ['src/values/planted.ts', 'const x = 1;\nexport default x;', /no default exports/],
    ['src/values/planted.ts', `${'// a line\n'.repeat(251)}`, /has 251 lines/],
    ['src/schedule/planted.ts', "import Bottleneck from 'bottleneck';\nexport const x = Bottleneck;", /imports bottleneck as/],
    ['src/work/planted.ts', "import Database from 'better-sqlite3';\nexport const x = Database;", /imports better-sqlite3/],
    ['src/work/planted.ts', "export const isFilm = (family: string) => family === 'test/film';", /names test\/film/],
    ['src/work/planted.ts', "export const isTest = (provider: string) => provider === 'test';", /names test: make it a capability/],
  ];

  /** So that guards which depend on what else there is have something to depend on. */
  const house: readonly SourceFile[] = [
    readSource('jobs/test/film.ts', "export const film = { family: 'test/film' };"),
    readSource('src/schedule/limiters.ts', "import Bottleneck from 'bottleneck';\nexport const x = Bottleneck;"),
  ];

  test.each(planted)('catches %s: %s', (path, text, said) => {
    expect(violations([...house, readSource(path, text)]).join('\n')).toMatch(said);
  });

  test('catches a cycle, and not one of types', () => {
    const a = readSource('src/values/a.ts', "import { b } from './b.ts';\nexport const a = b;");
    const cycle = [a, readSource('src/values/b.ts', "import { a } from './a.ts';\nexport const b = a;")];
    expect(violations(cycle)).toEqual(['src/values/a.ts: no cycles: src/values/a.ts -> src/values/b.ts -> src/values/a.ts']);
    expect(violations([a, readSource('src/values/b.ts', "import type { a } from './a.ts';\nexport const b: typeof a = 1;")])).toEqual([]);
  });

  test('has nothing against what is allowed', () => {
    const fine = [
      readSource('src/values/json.ts', 'export const at = (now: Date) => new Date(now);'),
      readSource(
        'src/plan/hash.ts',
        "import { createHash } from 'node:crypto';\nimport { at } from '../values/json.ts';\nexport const x = [createHash, at];",
      ),
    ];
    expect(violations(fine)).toEqual([]);
  });

  test('knows when a rule has lost its subject', () => {
    expect(idleRules([])).toHaveLength(RULES.length);
  });
});
