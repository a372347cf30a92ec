import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PollKnowledge, type PollSchedule, schedulePolls } from '../../src/schedule/poll-policy.ts';

const base: PollKnowledge = {
  hints: { typicalMs: [60_000, 180_000], intervalMs: 10_000 },
  learned: [],
  saidMs: null,
  bounds: { minMs: 2_000, maxMs: 600_000 },
  perMinute: null,
  random: 0.5,
};

/** Times of all polls until the job has ended at `endMs`. */
function polls(schedule: PollSchedule, endMs: number): number[] {
  const times: number[] = [];
  for (let at = 0; at < endMs; ) {
    at += schedule.delay(at);
    times.push(at);
  }
  return times;
}

const anyKnowledge = fc.record({
  hints: fc
    .option(fc.tuple(fc.nat(300_000), fc.nat(300_000), fc.nat(60_000)))
    .map((hint) => hint && { typicalMs: [hint[0], hint[0] + hint[1]] as const, intervalMs: hint[2] }),
  learned: fc.array(
    fc.tuple(fc.nat(2_000_000), fc.nat(2_000_000)).map(([a, b]) => ({ fromMs: Math.min(a, b), toMs: Math.max(a, b) })),
    { maxLength: 30 },
  ),
  saidMs: fc.option(fc.integer({ min: 1, max: 10_000_000 })),
  bounds: fc.constant({ minMs: 2_000, maxMs: 60_000 }),
  perMinute: fc.option(fc.double({ min: 0.01, max: 200, noNaN: true })),
  random: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
});

test('every wait, the first included, is inside the bounds', () => {
  fc.assert(
    fc.property(anyKnowledge, fc.nat(5_000_000), (known, elapsedMs) => {
      const wait = schedulePolls(known).delay(elapsedMs);
      expect(wait).toBeGreaterThanOrEqual(2_000);
      expect(wait).toBeLessThanOrEqual(60_000);
    }),
  );
});

test('the same knowledge gives the same polls', () => {
  fc.assert(
    fc.property(anyKnowledge, (known) => {
      expect(polls(schedulePolls(known), 400_000)).toEqual(polls(schedulePolls(known), 400_000));
    }),
    { numRuns: 20 },
  );
});

test('the first poll comes when an end becomes likely, not before and not long after', () => {
  const first = schedulePolls({ ...base, perMinute: 5 }).delay(0);
  expect(first).toBeGreaterThan(45_000);
  expect(first).toBeLessThan(90_000);
});

test('what was seen moves the first poll away from what the documents say', () => {
  const learned = Array.from({ length: 40 }, (_, index) => ({ fromMs: 20_000 + index * 100, toMs: 20_000 + index * 100 }));
  const first = schedulePolls({ ...base, learned }).delay(0);
  expect(first).toBeGreaterThanOrEqual(20_000);
  expect(first).toBeLessThan(24_000);
});

test('while little was seen, both count', () => {
  const learned = Array.from({ length: 3 }, () => ({ fromMs: 19_000, toMs: 20_000 }));
  const times = polls(schedulePolls({ ...base, learned }), 180_000);
  expect(times[0]).toBeLessThan(25_000);
  expect(times.some((time) => time > 60_000 && time < 180_000)).toBe(true);
});

test('polls stand close together while an end is likely and back off once it is late', () => {
  const learned = Array.from({ length: 50 }, (_, index) => ({ fromMs: 60_000 + index * 1_000, toMs: 60_000 + index * 1_000 }));
  const times = polls(schedulePolls({ ...base, learned }), 900_000);
  const gaps = times.map((time, index) => time - (times[index - 1] ?? 0));
  const likely = gaps.filter((_, index) => index > 0 && times[index]! < 100_000);
  const late = gaps.filter((_, index) => times[index]! > 300_000);
  expect(Math.max(...likely)).toBeLessThan(Math.min(...late));
  expect(late.toSorted((a, b) => a - b)).toEqual(late);
  expect(times.length).toBeLessThan(60);
});

test('what the answers expect of this very job counts while little was seen, and no more than that', () => {
  const hintless = { ...base, hints: null };
  expect(schedulePolls({ ...hintless, saidMs: 30_000 }).delay(0)).toBeLessThan(30_000);
  expect(schedulePolls({ ...base, saidMs: 30_000 }).delay(0)).toBeLessThan(schedulePolls(base).delay(0));
  const learned = Array.from({ length: 20 }, () => ({ fromMs: 90_000, toMs: 90_000 }));
  expect(schedulePolls({ ...base, learned, saidMs: 30_000 }).delay(0)).toBe(schedulePolls({ ...base, learned }).delay(0));
});

test('the planned requests keep to what the job may take of the limit, wherever that is enough for a submission and one poll', () => {
  fc.assert(
    fc.property(fc.double({ min: 4, max: 60, noNaN: true }), fc.integer({ min: 40_000, max: 200_000 }), (perMinute, medianMs) => {
      const learned = Array.from({ length: 40 }, (_, index) => ({
        fromMs: medianMs * (0.5 + index / 40),
        toMs: medianMs * (0.5 + index / 40),
      }));
      expect(schedulePolls({ ...base, learned, perMinute }).perMinute).toBeLessThanOrEqual(perMinute * 1.000_1);
    }),
    { numRuns: 50 },
  );
});

test('a small part of the limit makes polls rare', () => {
  const rare = schedulePolls({ ...base, perMinute: 2 });
  expect(Math.min(...[100_000, 150_000, 300_000].map((elapsed) => rare.delay(elapsed)))).toBeGreaterThanOrEqual(15_000);
});

test('without any knowledge the waits grow with the time already waited', () => {
  const blind = schedulePolls({ ...base, hints: null });
  expect([0, 40_000, 400_000].map((elapsed) => blind.delay(elapsed))).toEqual([2_000, 10_000, 100_000]);
  expect(blind.isStuck(1e9)).toBe(false);
});

test('jobs submitted together are not polled together', () => {
  const [early, late] = [0, 0.99].map((random) => polls(schedulePolls({ ...base, random }), 180_000));
  expect(early!.some((time) => late!.includes(time))).toBe(false);
});

test('a job far beyond anything seen is stuck, one that is merely late is not', () => {
  const learned = Array.from({ length: 30 }, (_, index) => ({ fromMs: 10_000 + index * 500, toMs: 10_000 + index * 500 }));
  const schedule = schedulePolls({ ...base, learned });
  expect(schedule.isStuck(40_000)).toBe(false);
  expect(schedule.isStuck(90_000)).toBe(true);
});
