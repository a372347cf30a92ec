import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LearnedLimit } from '../../src/job-type/learned-limit.ts';
import { afterAcceptance, afterRefusal, type LimitRange, startLimit } from '../../src/schedule/adaptive-limit.ts';

const range: LimitRange = { min: 5, max: 10 };

/** So many submissions in a row that fill the limit and are accepted, with more queued. */
function accepted(limit: LearnedLimit, times: number, within = range): LearnedLimit {
  let after = limit;
  for (let time = 0; time < times; time++) after = afterAcceptance(after, within, after.size, true);
  return after;
}

describe('a size that is sought', () => {
  test('begins at the lower bound, and grows by one with each acceptance while nothing was refused', () => {
    const begun = startLimit(range, null);
    expect(begun.size).toBe(5);
    expect([1, 2, 3].map((times) => accepted(begun, times).size)).toEqual([6, 7, 8]);
    expect(accepted(begun, 100).size).toBe(10);
  });

  test('grows only when it was really full, and when more is queued', () => {
    const begun = startLimit(range, null);
    expect(afterAcceptance(begun, range, 4, true)).toEqual(begun);
    expect(afterAcceptance(begun, range, 5, false).size).toBe(5);
  });

  test('falls to what was in flight beside the refused one, never below the range', () => {
    const eight = accepted(startLimit(range, null), 3);
    expect(afterRefusal(eight, range, 8, 'busy').size).toBe(7);
    expect(afterRefusal(eight, range, 7, 'busy').size).toBe(6);
    expect(afterRefusal(eight, range, 1, 'busy').size).toBe(5);
  });

  test('is not cut by a plain 429, which takes back only a size that was being tried', () => {
    const eight = accepted(startLimit(range, null), 3);
    expect(eight).toMatchObject({ size: 8, stands: 7 });
    expect(afterRefusal(eight, range, 3, 'rate_limited')).toEqual(eight);
    const back = afterRefusal(eight, range, 8, 'rate_limited');
    expect(back).toMatchObject({ size: 7, stands: 7 });
    expect(afterRefusal(back, range, 7, 'rate_limited')).toEqual(back);
  });

  test('is tried again with a patience that doubles at each refusal, and not at the echoes of one', () => {
    let limit = afterRefusal(accepted(startLimit(range, null), 3), range, 8, 'busy');
    for (const patience of [50, 100, 200]) {
      // Two more that had left before the cut.
      limit = afterRefusal(afterRefusal(limit, range, 9, 'busy'), range, 8, 'busy');
      expect(accepted(limit, patience - 1).size).toBe(7);
      limit = accepted(limit, patience);
      expect(limit.size).toBe(8);
      limit = afterRefusal(limit, range, 8, 'busy');
    }
    expect(limit.size).toBe(7);
  });

  test('climbs faster again once two steps in a row were accepted: the account allows more than it did', () => {
    let limit = afterRefusal(accepted(startLimit(range, null), 1), range, 6, 'busy');
    for (let refusal = 0; refusal < 4; refusal++) limit = afterRefusal(accepted(limit, limit.patience), range, 6, 'busy');
    expect(limit).toMatchObject({ size: 5, patience: 800 });
    expect(accepted(limit, 800 + 800 + 50).size).toBe(8);
  });
});

describe('the next run', () => {
  test('begins with what stands, not with what was only being tried', () => {
    const settled = afterRefusal(accepted(startLimit(range, null), 3), range, 8, 'busy');
    expect(startLimit(range, accepted(settled, 20))).toMatchObject({ size: 7, quiet: 20 });
    const trying = accepted(settled, 50);
    expect(trying.size).toBe(8);
    expect(startLimit(range, accepted(trying, 2)).size).toBe(7);
    expect(startLimit(range, accepted(trying, 5)).size).toBe(8);
  });

  test('keeps to a range that was changed meanwhile', () => {
    const settled = afterRefusal(accepted(startLimit(range, null), 3), range, 8, 'busy');
    expect(startLimit({ min: 2, max: 4 }, settled).size).toBe(4);
    expect(startLimit({ min: 9, max: 12 }, settled).size).toBe(9);
  });
});

/** A provider that takes so many at once, played in steps: each fills the slots and then ends some of the jobs. */
function play(within: LimitRange, truth: number, ends: readonly number[]) {
  let limit = startLimit(within, null);
  let running = 0;
  let refusals = 0;
  let submissions = 0;
  const sizes: number[] = [];
  for (const end of ends) {
    for (let tries = 0; running < limit.size && tries < 3; tries++) {
      submissions++;
      if (running < truth) {
        running++;
        limit = afterAcceptance(limit, within, running, true);
      } else {
        refusals++;
        limit = afterRefusal(limit, within, running + 1, 'busy');
      }
      sizes.push(limit.size);
    }
    running = Math.max(0, running - end);
  }
  return { limit, refusals, submissions, sizes };
}

test('whatever the provider allows: never outside the range, settled at the best size within it, refusals a vanishing share', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 24 }),
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 300, maxLength: 1_000 }),
      (min, span, above, ends) => {
        const within = { min, max: min + span };
        const truth = min + above;
        const { limit, refusals, submissions, sizes } = play(within, truth, ends);
        for (const size of sizes) {
          expect(size).toBeGreaterThanOrEqual(within.min);
          expect(size).toBeLessThanOrEqual(within.max);
        }
        expect(limit.stands).toBe(Math.min(within.max, truth));
        // One to find it, then one after 50, 150, 350, ... acceptances.
        expect(refusals).toBeLessThanOrEqual(truth >= within.max ? 0 : 1 + Math.log2(submissions / 50 + 1));
      },
    ),
    { numRuns: 200 },
  );
});

test('whatever is answered, in any order: within the range, and never smaller for a plain 429 than what stands', () => {
  const step = fc.record({
    kind: fc.constantFrom('accepted', 'busy', 'rate_limited'),
    inFlight: fc.integer({ min: 1, max: 30 }),
    more: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      let limit = startLimit(range, null);
      for (const { kind, inFlight, more } of steps) {
        const before = limit;
        limit =
          kind === 'accepted'
            ? afterAcceptance(limit, range, inFlight, more)
            : afterRefusal(limit, range, inFlight, kind as 'busy' | 'rate_limited');
        expect(limit.size).toBeGreaterThanOrEqual(range.min);
        expect(limit.size).toBeLessThanOrEqual(range.max);
        expect(limit.stands).toBeLessThanOrEqual(limit.size);
        if (kind === 'rate_limited') expect(limit.size).toBeGreaterThanOrEqual(before.stands);
        if (kind === 'accepted') expect(limit.size - before.size).toBeLessThanOrEqual(more && inFlight >= before.size ? 1 : 0);
      }
    }),
  );
});
