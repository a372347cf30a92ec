import { expect, test } from 'vitest';
import { parseLimit } from '../../src/schedule/parse-limit.ts';

test.each([
  ['100/min', [{ max: 100, windowMs: 60_000 }]],
  ['100/600ms', [{ max: 100, windowMs: 600 }]],
  ['24/h', [{ max: 24, windowMs: 3_600_000 }]],
  ['10 / 5m', [{ max: 10, windowMs: 300_000 }]],
  ['3/s', [{ max: 3, windowMs: 1_000 }]],
  ['500/d', [{ max: 500, windowMs: 86_400_000 }]],
  [
    ['100/min', '1000/h'],
    [
      { max: 100, windowMs: 60_000 },
      { max: 1_000, windowMs: 3_600_000 },
    ],
  ],
])('%j is a limit of windows', (text, windows) => {
  expect(parseLimit(text, 'window')).toEqual({ limit: { kind: 'window', windows } });
});

test.each([
  [100],
  ['100'],
  ['0/min'],
  ['1.5/min'],
  ['-1/min'],
  ['100/0s'],
  ['100/fortnight'],
  ['a/min'],
  [[]],
  [['1/s', 5]],
  [null],
  [undefined],
])('%j is none, and the message shows how one is written', (value) => {
  const parsed = parseLimit(value, 'window');
  expect(parsed).toMatchObject({ problem: expect.stringContaining('100/min') });
});

test('slots are whole numbers from 1', () => {
  expect(parseLimit(5, 'slots')).toEqual({ limit: { kind: 'slots', max: 5 } });
  expect(parseLimit('10', 'slots')).toEqual({ limit: { kind: 'slots', max: 10 } });
  for (const value of [0, -1, 1.5, '5/min', '', null, undefined, Number.NaN, [5]])
    expect(parseLimit(value, 'slots')).toMatchObject({ problem: expect.stringContaining('whole number') });
});

test('a number of slots may be a range to be sought within, or what the documents name', () => {
  expect(parseLimit('5..10', 'slots')).toEqual({ limit: { kind: 'slots', min: 5, max: 10 } });
  expect(parseLimit(' 2 .. 3 ', 'slots')).toEqual({ limit: { kind: 'slots', min: 2, max: 3 } });
  expect(parseLimit('7..7', 'slots')).toEqual({ limit: { kind: 'slots', max: 7 } });
  expect(parseLimit('auto', 'slots', [5, 10])).toEqual({ limit: { kind: 'slots', min: 5, max: 10 } });
  expect(parseLimit('auto', 'slots')).toEqual({ problem: expect.not.stringContaining('auto for') });
  for (const value of ['10..5', '0..5', '5..', '..5', '5...10', '5-10', '1.5..2', 'AUTO'])
    expect(parseLimit(value, 'slots', [5, 10])).toEqual({ problem: expect.stringContaining('auto for 5..10') });
});
