import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextPollDelay, type PollInput } from '../../src/schedule/poll-policy.ts';

const base: PollInput = {
  elapsedMs: 0,
  hints: { typicalMs: [60_000, 180_000], intervalMs: 10_000 },
  learned: [],
  expectMs: null,
  bounds: { minMs: 2_000, maxMs: 600_000 },
  budget: null,
  random: 0.5,
};

/** Times of all polls until the job has ended at `endMs`. */
function polls(input: PollInput, endMs: number): number[] {
  const times: number[] = [];
  for (let at = 0; at < endMs; ) {
    at += nextPollDelay({ ...input, elapsedMs: at });
    times.push(at);
  }
  return times;
}

test('every wait, the first included, is inside the bounds', () => {
  fc.assert(
    fc.property(
      fc.nat(5_000_000),
      fc.option(fc.tuple(fc.nat(300_000), fc.nat(300_000), fc.nat(60_000))),
      fc.array(fc.nat(2_000_000), { maxLength: 30 }),
      fc.option(fc.integer({ min: -10, max: 10_000_000 })),
      fc.option(fc.record({ perMinute: fc.nat(200), inFlight: fc.nat(50) })),
      fc.double({ min: 0, max: 0.999_999, noNaN: true }),
      (elapsedMs, hint, durations, expectMs, budget, random) => {
        const hints = hint && { typicalMs: [hint[0], hint[0] + hint[1]] as const, intervalMs: hint[2] };
        const learned = [...durations].sort((a, b) => a - b);
        const wait = nextPollDelay({ elapsedMs, hints, learned, expectMs, bounds: { minMs: 2_000, maxMs: 60_000 }, budget, random });
        expect(wait).toBeGreaterThanOrEqual(2_000);
        expect(wait).toBeLessThanOrEqual(60_000);
      },
    ),
  );
});

test('the first poll comes when an end becomes likely, not before and not long after', () => {
  const first = nextPollDelay(base);
  expect(first).toBeGreaterThan(60_000);
  expect(first).toBeLessThan(120_000);
});

test('what was seen moves the first poll away from what the documents say', () => {
  const learned = Array.from({ length: 40 }, (_, index) => 20_000 + index * 100);
  const first = nextPollDelay({ ...base, learned });
  expect(first).toBeGreaterThanOrEqual(20_000);
  expect(first).toBeLessThan(24_000);
});

test('polls stand close together while an end is likely and back off once it is late', () => {
  const learned = Array.from({ length: 50 }, (_, index) => 60_000 + index * 1_000);
  const times = polls({ ...base, learned }, 900_000);
  const gaps = times.map((time, index) => time - (times[index - 1] ?? 0));
  const likely = gaps.filter((_, index) => index > 0 && times[index]! < 100_000);
  const late = gaps.filter((_, index) => times[index]! > 300_000);
  expect(Math.max(...likely)).toBeLessThan(Math.min(...late));
  expect(times.length).toBeLessThan(40);
});

test('what the answer itself expects goes first', () => {
  expect(nextPollDelay({ ...base, expectMs: 7_000 })).toBe(7_000);
});

test('jobs in flight share the request limit', () => {
  const wait = nextPollDelay({ ...base, elapsedMs: 100_000, expectMs: 2_000, budget: { perMinute: 10, inFlight: 5 } });
  expect(wait).toBe(30_000);
});

test('jobs submitted together are not polled together', () => {
  expect(nextPollDelay({ ...base, random: 0 })).not.toBe(nextPollDelay({ ...base, random: 0.99 }));
});
