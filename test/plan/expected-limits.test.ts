import { expect, test } from 'vitest';
import { expectedLimits } from '../../src/plan/expected-limits.ts';

const windows = { kind: 'window', windows: [{ max: 100, windowMs: 60_000 }] } as const;

test('a forecast reckons with what was learned of a range, else with its lower bound, and with a fixed size as it is', () => {
  const limits = {
    requests: windows,
    fixed: { kind: 'slots', max: 5 },
    learned: { kind: 'slots', min: 5, max: 10 },
    new: { kind: 'slots', min: 5, max: 10 },
    narrowed: { kind: 'slots', min: 2, max: 3 },
  } as const;
  expect(expectedLimits(limits, (name) => (name === 'new' ? null : 7))).toEqual({
    requests: windows,
    fixed: { kind: 'slots', max: 5 },
    learned: { kind: 'slots', max: 7 },
    new: { kind: 'slots', max: 5 },
    narrowed: { kind: 'slots', max: 3 },
  });
});
