import { expect, test } from 'vitest';
import { measuredLength } from '../../src/work/measured-length.ts';

const money = { charged: null, refunded: null, balance: null };
const done = (tookMs?: number) => ({
  kind: 'completed' as const,
  files: [],
  money,
  other: {},
  ...(tookMs === undefined ? {} : { tookMs }),
});
const looks = { followedFrom: 0, runningAt: 20_000, finishedAt: 25_000, longestWaitMs: 60_000 };

test('without a word of the provider the length lies between the last two looks', () => {
  expect(measuredLength([done()], looks)).toEqual({ fromMs: 20_000, toMs: 25_000 });
});

test("the provider's own clock says it exactly, or to a second where it gives whole seconds", () => {
  expect(measuredLength([done(22_345)], looks)).toEqual({ fromMs: 22_345, toMs: 22_345 });
  expect(measuredLength([done(22_000)], looks)).toEqual({ fromMs: 21_000, toMs: 23_000 });
});

test('a clock that the looks speak against is not believed', () => {
  expect(measuredLength([done(3_000)], looks)).toEqual({ fromMs: 20_000, toMs: 25_000 });
  expect(measuredLength([done(3_600_000)], looks)).toEqual({ fromMs: 20_000, toMs: 25_000 });
});

test('of several parts the longest counts, and only when all say it', () => {
  expect(measuredLength([done(21_111), done(24_444)], looks)).toEqual({ fromMs: 24_444, toMs: 24_444 });
  expect(measuredLength([done(21_111), done()], looks)).toEqual({ fromMs: 20_000, toMs: 25_000 });
});

test('nothing is learned from a job that had finished long before this run looked, unless its answer says it', () => {
  const resumed = { ...looks, followedFrom: 8 * 3_600_000, runningAt: 0, finishedAt: 8 * 3_600_000 + 5_000 };
  expect(measuredLength([done()], resumed)).toBeNull();
  expect(measuredLength([done(22_345)], resumed)).toEqual({ fromMs: 22_345, toMs: 22_345 });
});

test('nothing is learned across a sleep of the machine', () => {
  expect(measuredLength([done()], { ...looks, finishedAt: 8 * 3_600_000 })).toBeNull();
});

test('a job that was finished at the first look is one', () => {
  expect(measuredLength([done()], { ...looks, runningAt: 0 })).toEqual({ fromMs: 0, toMs: 25_000 });
});
