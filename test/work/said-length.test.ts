import { expect, test } from 'vitest';
import { SaidLength } from '../../src/work/said-length.ts';

const running = (progress: number | null, expectMs: number | null) => ({
  kind: 'running' as const,
  word: 'processing',
  progress,
  expectMs,
});

test('what the answer to the submission expects counts until it has passed', () => {
  const said = new SaidLength(22_500);
  expect(said.at(0)).toBe(22_500);
  expect(said.at(23_000)).toBeNull();
  expect(new SaidLength(null).at(0)).toBeNull();
});

test('a text that is the same in every answer does not move the end away', () => {
  const said = new SaidLength(150_000);
  for (const at of [30_000, 60_000, 90_000]) said.saw(running(null, 150_000), at);
  expect(said.at(90_000)).toBe(150_000);
});

test('a shorter expectation brings the end nearer', () => {
  const said = new SaidLength(150_000);
  said.saw(running(null, 10_000), 60_000);
  expect(said.at(60_000)).toBe(70_000);
});

test('progress counts when two readings lead to the same end', () => {
  const said = new SaidLength(null);
  said.saw(running(0.25, null), 30_000);
  expect(said.at(30_000)).toBeNull();
  said.saw(running(0.5, null), 61_000);
  expect(said.at(61_000)).toBe(122_000);
});

test.each([
  ['stands still', [0.45, 0.45, 0.45]],
  ['waits at almost done', [0.97, 0.98, 0.99]],
  ['leaps', [0.2, 0.8, 0.85]],
])('progress that %s counts not', (_, figures) => {
  const said = new SaidLength(null);
  figures.forEach((progress, index) => {
    said.saw(running(progress, null), 20_000 * (index + 1));
    expect(said.at(20_000 * (index + 1))).toBeNull();
  });
});
