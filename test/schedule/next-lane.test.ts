import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextLane, type ReadyLane } from '../../src/schedule/next-lane.ts';

const image: ReadyLane = { priority: 0, seq: 1, rare: false, slots: 5, expectMs: 20_000, jobs: 1_000 };
const film: ReadyLane = { ...image, seq: 2_000, expectMs: 150_000, jobs: 50 };
const studio: ReadyLane = { ...image, seq: 3_000, rare: true, expectMs: 90_000, jobs: 100 };

describe('the lane to hand over from next', () => {
  test('is none when none can go', () => {
    expect(nextLane([])).toBeNull();
  });

  test('has the highest priority, whatever else may be said for another', () => {
    const urgent = { ...image, seq: 9_000, priority: 1, jobs: 1 };
    expect(nextLane([studio, film, urgent, image])).toBe(urgent);
  });

  test('among equals: one with a window of its own before all without', () => {
    expect(nextLane([image, film, studio])).toBe(studio);
    expect(nextLane([{ ...film, jobs: 1_000_000 }, studio])).toBe(studio);
  });

  test('among equals: one whose own slots are fewer, so that they never stand idle', () => {
    const narrow = { ...film, slots: 2 };
    expect(nextLane([image, narrow])).toBe(narrow);
  });

  test('follows the manifest while there is enough to do', () => {
    expect(nextLane([film, image])).toBe(image);
    expect(nextLane([image, { ...film, seq: 0 }])?.seq).toBe(0);
  });

  test('near the end: the longest first, from when the shorter jobs only just fill the gaps that it leaves', () => {
    // Five films at once may end as far apart as one film takes: 5 x 150 s of images, which are 37, fill that.
    expect(nextLane([{ ...image, jobs: 38 }, film])?.expectMs).toBe(20_000);
    expect(nextLane([{ ...image, jobs: 37 }, film])?.expectMs).toBe(150_000);
    expect(
      nextLane([
        { ...image, jobs: 1 },
        { ...film, jobs: 1 },
      ])?.expectMs,
    ).toBe(150_000);
  });

  test('between three lengths: the longest of those that can wait no longer', () => {
    const middle: ReadyLane = { ...image, seq: 500, expectMs: 60_000, jobs: 100 };
    const left = { ...image, jobs: 10 };
    expect(nextLane([left, middle, film])).toBe(middle);
    expect(nextLane([left, { ...middle, jobs: 5 }, film])).toBe(film);
  });

  test('jobs of lower priority come after all others anyway: they fill the gaps too', () => {
    const later = { ...image, priority: -1 };
    expect(nextLane([{ ...image, jobs: 1 }, film, later])?.expectMs).toBe(20_000);
  });

  test('what has a window of its own is not held back by what has none', () => {
    const long = { ...studio, seq: 4_000, expectMs: 200_000 };
    expect(nextLane([image, { ...studio, jobs: 3 }, long])).toBe(long);
  });

  const lane = fc.record<ReadyLane>({
    priority: fc.integer({ min: -2, max: 2 }),
    seq: fc.nat(),
    rare: fc.boolean(),
    slots: fc.constantFrom(1, 2, 5, Number.POSITIVE_INFINITY),
    expectMs: fc.integer({ min: 0, max: 600_000 }),
    jobs: fc.integer({ min: 1, max: 1_000_000 }),
  });

  test('always one of those that can go, of the highest priority, rare if one of these is', () => {
    fc.assert(
      fc.property(fc.array(lane, { minLength: 1, maxLength: 12 }), (lanes) => {
        const next = nextLane(lanes)!;
        expect(lanes).toContain(next);
        const top = lanes.filter(({ priority }) => priority === Math.max(...lanes.map((each) => each.priority)));
        expect(top).toContain(next);
        expect(next.rare).toBe(top.some(({ rare }) => rare));
      }),
    );
  });
});
