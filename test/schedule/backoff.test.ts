import { expect, test } from 'vitest';
import { throttleDelay, transientDelay } from '../../src/schedule/backoff.ts';

const RANDOMS = [0, 0.25, 0.5, 0.999_999];

test('throttled waits are at least half of a step that doubles', () => {
  [500, 1_000, 2_000, 4_000].forEach((half, index) => {
    for (const random of RANDOMS) {
      const wait = throttleDelay({ attempt: index + 1, random });
      expect(wait).toBeGreaterThanOrEqual(half);
      expect(wait).toBeLessThan(half * 2);
    }
  });
});

test('transient waits use the whole step, and both stop growing', () => {
  expect(transientDelay({ attempt: 1, random: 0 })).toBe(0);
  expect(transientDelay({ attempt: 3, random: 0.5 })).toBe(1_000);
  expect(transientDelay({ attempt: 400, random: 0.5 })).toBe(15_000);
  expect(throttleDelay({ attempt: 400, random: 0 })).toBe(60_000);
});

test('what the server asked for comes first, never early, late by at most a second and a tenth', () => {
  for (const choose of [throttleDelay, transientDelay])
    for (const asked of [0, 1, 1_000, 60_000, 3_600_000])
      for (const random of RANDOMS) {
        const wait = choose({ attempt: 1, retryAfterMs: asked, random });
        expect(wait).toBeGreaterThanOrEqual(asked);
        expect(wait).toBeLessThanOrEqual(asked * 1.1 + 1_000);
      }
});

test('a thousand clients that were throttled together do not come back together', () => {
  const waits = Array.from({ length: 1_000 }, (_, index) => throttleDelay({ attempt: 7, random: index / 1_000 }));
  const perSecond = new Map<number, number>();
  for (const wait of waits) perSecond.set(Math.floor(wait / 1_000), (perSecond.get(Math.floor(wait / 1_000)) ?? 0) + 1);
  expect(Math.max(...perSecond.values())).toBeLessThanOrEqual(50);
});
