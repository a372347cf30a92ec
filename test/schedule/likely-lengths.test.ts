import fc from 'fast-check';
import { expect, test } from 'vitest';
import { likelyLengths } from '../../src/schedule/likely-lengths.ts';

const hints = { typicalMs: [15_000, 30_000] as const, intervalMs: 5_000 };
const quantile = (lengths: Float64Array, share: number): number => lengths[Math.floor((lengths.length - 1) * share)]!;

test('nothing known is nothing to reckon with', () => {
  expect(likelyLengths([], null, null)).toHaveLength(0);
});

test('the documents are taken with doubt: some lengths lie before their range and some beyond it', () => {
  const lengths = likelyLengths([], hints, null);
  expect(lengths[0]).toBeLessThan(15_000);
  expect(lengths.at(-1)).toBeGreaterThan(30_000);
  expect(quantile(lengths, 0.5)).toBeCloseTo(22_500, -3);
});

test('twenty observations replace the documents', () => {
  const learned = Array.from({ length: 20 }, () => ({ fromMs: 59_000, toMs: 60_000 }));
  const lengths = likelyLengths(learned, hints, 10_000);
  expect([lengths[0]! > 59_000, lengths.at(-1)! <= 60_000]).toEqual([true, true]);
});

test('a wide observation is placed where the others lie within its bounds', () => {
  const learned = [...Array.from({ length: 30 }, () => ({ fromMs: 20_000, toMs: 21_000 })), { fromMs: 5_000, toMs: 60_000 }];
  expect(quantile(likelyLengths(learned, null, null), 0.98)).toBeLessThanOrEqual(21_000);
});

test('polls that come late do not teach that generations take long', () => {
  // Uniform from 10 to 35 s, each seen between two polls 10 s apart that fall anywhere.
  const learned = Array.from({ length: 200 }, (_, index) => {
    const length = 10_000 + (index * 25_000) / 200;
    const late = ((index * 7_919) % 200) * 50;
    return { fromMs: length + late - 10_000, toMs: length + late };
  });
  const ends = learned.reduce((sum, seen) => sum + seen.toMs, 0) / learned.length;
  const lengths = likelyLengths(learned, null, null);
  const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  expect(ends).toBeGreaterThan(27_000);
  expect(Math.abs(mean - 22_500)).toBeLessThan(1_500);
});

test('always ascending, and inside what was seen once enough was', () => {
  const seen = fc.tuple(fc.nat(100_000), fc.nat(100_000)).map(([a, b]) => ({ fromMs: Math.min(a, b), toMs: Math.max(a, b) + 1 }));
  fc.assert(
    fc.property(fc.array(seen, { minLength: 20, maxLength: 60 }), (learned) => {
      const lengths = likelyLengths(learned, hints, null);
      expect([...lengths]).toEqual([...lengths].sort((a, b) => a - b));
      expect(lengths.at(-1)).toBeLessThanOrEqual(Math.max(...learned.map(({ toMs }) => toMs)));
      expect(lengths[0]).toBeGreaterThanOrEqual(0);
    }),
  );
});
