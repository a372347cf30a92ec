import { expect, test } from 'vitest';
import { parseDuration } from '../../src/values/duration.ts';

test('durations with their unit, and several units from the largest down', () => {
  expect(['250ms', '2s', '5m', '5min', '8h', '1d', '1.5h', ' 2s '].map(parseDuration)).toEqual([
    250, 2_000, 300_000, 300_000, 28_800_000, 86_400_000, 5_400_000, 2_000,
  ]);
  expect(['1h30m', '1h 30m', '2m30s', '1d12h', '1s500ms'].map(parseDuration)).toEqual([5_400_000, 5_400_000, 150_000, 129_600_000, 1_500]);
});

test.each(['', '90', 'h', '1h30', '30m1h', '5m5m', '-1h', '1 h', '1h, 30m', '1e3s', '1:30'])('%o is none', (text) => {
  expect(parseDuration(text)).toBeNull();
});

test('a long text of digits is answered at once', () => {
  expect(parseDuration(`${'1m'.repeat(50_000)}x`)).toBeNull();
  expect(parseDuration('1'.repeat(100_000))).toBeNull();
});
