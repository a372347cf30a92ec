import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planPolls } from '../../src/schedule/poll-plan.ts';

const evenly = (from: number, to: number, count = 500): Float64Array =>
  Float64Array.from({ length: count }, (_, index) => from + ((to - from) * (index + 0.5)) / count);

/** What following the looks costs: idle time per job in milliseconds, polls per job. */
function follow(looks: readonly number[], lengths: Float64Array): { idleMs: number; polls: number } {
  let idleMs = 0;
  let polls = 0;
  for (const length of lengths) {
    const index = looks.findIndex((look) => look >= length);
    idleMs += looks[index]! - length;
    polls += index + 1;
  }
  return { idleMs: idleMs / lengths.length, polls: polls / lengths.length };
}

test('looks ascend, keep their distance, and the last comes after every length', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 100 });
  fc.assert(
    fc.property(lengths, fc.double({ min: 1, max: 20, noNaN: true }), fc.nat(10_000), (drawn, pollsPerJob, minGapMs) => {
      const sorted = Float64Array.from(drawn).sort();
      const { looks } = planPolls(sorted, { pollsPerJob, minGapMs });
      expect(looks.at(-1)).toBeGreaterThanOrEqual(sorted.at(-1)!);
      // The last look is where it must be, however near the one before is.
      for (let index = 1; index < looks.length - 1; index++) expect(looks[index]! - looks[index - 1]!).toBeGreaterThanOrEqual(minGapMs);
      for (let index = 1; index < looks.length; index++) expect(looks[index]!).toBeGreaterThan(looks[index - 1]!);
    }),
  );
});

test('says how many polls a job takes', () => {
  const lengths = evenly(10_000, 35_000);
  const plan = planPolls(lengths, { pollsPerJob: 5, minGapMs: 0 });
  expect(plan.expectedPolls).toBeCloseTo(follow(plan.looks, lengths).polls, 6);
});

test('keeps to the polls that it may take, and uses them', () => {
  const lengths = evenly(10_000, 35_000);
  for (const pollsPerJob of [1, 2, 3, 4, 5, 6]) {
    const { expectedPolls } = planPolls(lengths, { pollsPerJob, minGapMs: 0 });
    expect(expectedPolls).toBeLessThanOrEqual(pollsPerJob);
    expect(expectedPolls).toBeGreaterThan(pollsPerJob * 0.85);
  }
});

test('more polls waste less time', () => {
  const lengths = evenly(10_000, 35_000);
  const idle = [1, 2, 3, 5, 8].map((pollsPerJob) => follow(planPolls(lengths, { pollsPerJob, minGapMs: 0 }).looks, lengths).idleMs);
  expect(idle).toEqual(idle.toSorted((a, b) => b - a));
});

test('wastes less than even polls that begin where lengths begin, for as many polls', () => {
  const lengths = Float64Array.from({ length: 999 }, (_, index) => 20_000 * Math.exp(0.25 * probit((index + 1) / 1_000))).sort();
  const first = lengths[0]!;
  const even = follow(
    Array.from({ length: 40 }, (_, index) => first + (index + 1) * 2_500),
    lengths,
  );
  const planned = follow(planPolls(lengths, { pollsPerJob: even.polls, minGapMs: 0 }).looks, lengths);
  expect(planned.polls).toBeLessThanOrEqual(even.polls);
  expect(planned.idleMs).toBeLessThan(even.idleMs * 0.9);
});

/** The normal quantile, by bisection of the logistic approximation's refinement: exact enough to draw a bell. */
function probit(share: number): number {
  return 5.555_556 * (1 - ((1 - share) / share) ** 0.118_6);
}
