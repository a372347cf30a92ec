import { describe, expect, test } from 'vitest';
import { allocate } from '../../src/plan/allocate.ts';
import { cover } from '../../src/plan/cover.ts';
import { type PilotFigures, projectModel } from '../../src/plan/project-pilot.ts';
import { triggersOf } from '../../src/plan/rerun-triggers.ts';

const sizes = new Map([
  ['large', 90],
  ['small', 9],
  ['one', 1],
]);

test.each([
  [2, { large: 1, small: 1, one: 0 }],
  [3, { large: 1, small: 1, one: 1 }],
  [20, { large: 18, small: 1, one: 1 }],
  [500, { large: 90, small: 9, one: 1 }],
])('%i places are shared by size, at least one each as far as they reach', (most, shares) => {
  expect(Object.fromEntries(allocate(sizes, most))).toEqual(shares);
});

describe('a pilot', () => {
  const strata = ['a', 'b'].flatMap((model) =>
    ['x', 'y', 'z'].flatMap((p) => ['1', '2', '3'].map((q) => ({ features: [model, `${model} p=${p}`, `${model} q=${q}`] }))),
  );
  const numbered = strata.map((stratum, seq) => ({ seq, ...stratum }));

  test.each([
    [1, 1],
    [2, 2],
  ])('of %i shows as many models', (most, models) => {
    const chosen = cover(() => numbered, most);
    expect(new Set(chosen.map((seq) => numbered[seq]!.features[0])).size).toBe(models);
  });

  test('of three a model shows every value of two axes of three', () => {
    const chosen = cover(() => numbered, 6);
    expect(new Set(chosen.flatMap((seq) => numbered[seq]!.features)).size).toBe(2 * 7);
  });
});

describe('the rest is projected', () => {
  const figures: PilotFigures = {
    provider: 'p',
    model: 'm',
    jobs: 2,
    done: 2,
    failed: 0,
    unknown: 0,
    ended: 2,
    quoted: 360,
    net: 720,
    left: 10,
    leftQuoted: 600,
  };
  test.each([
    ['in proportion to quotes', {}, { amount: 1_200, by: 'charges' }],
    ['from the mean where a price is not known', { leftQuoted: null }, { amount: 3_600, by: 'charges' }],
    ['by quotes where the pilot did not reach', { ended: 0, net: 0 }, { amount: 600, by: 'quotes' }],
    ['as not known where neither is', { ended: 0, net: 0, leftQuoted: null }, { amount: null, by: 'quotes' }],
  ])('%s', (_, change, expected) => {
    expect(projectModel({ ...figures, ...change })).toEqual(expected);
  });
});

test.each([
  [['sha256:a'], ['sha256:b'], ['inputs']],
  [['sha256:a', 'https://x/1'], ['sha256:b', 'https://x/1'], ['inputs']],
  [['sha256:a', 'https://x/1'], ['sha256:b', 'https://x/2'], ['params']],
  [['sha256:a'], ['sha256:a', 'sha256:b'], ['params']],
  ['sha256:a', 'https://x/1', ['params']],
])('from %j to %j is a change of %j', (from, to, kinds) => {
  const job = (image: string | string[]) => ({ model: 'm', copy: 1, params: { image } });
  expect([...triggersOf(job(from), job(to))]).toEqual(kinds);
});
