import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, formatJobs, formatMoney, formatRange, formatTime } from '../../src/report/format.ts';
import { toMicros } from '../../src/values/money.ts';

describe('how figures read', () => {
  it.each([
    [0, '0 ms'],
    [420, '420 ms'],
    [4200, '4.2 sec'],
    [59_999, '1 min'],
    [200_000, '3 min 20 sec'],
    [3_599_900, '1 hr'],
    [8_040_000, '2 hr 14 min'],
    [273_600_000, '3 days 4 hr'],
  ])('%i milliseconds are %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1500, '1.5 kB'],
    [999_999, '1 MB'],
    [15_200_000, '15.2 MB'],
    [3e12, '3 TB'],
  ])('%i bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it('money keeps every digit that micros have, and is never a bare 0 for what is not known', () => {
    expect(formatMoney(toMicros(1234567.000001), 'credits')).toBe('1,234,567.000001 credits');
    expect(formatMoney(toMicros(1), 'credits')).toBe('1 credit');
    expect(formatMoney(null, 'points')).toBe('not known');
  });

  it('counts and times', () => {
    expect([formatJobs(1), formatJobs(12345)]).toEqual(['1 job', '12,345 jobs']);
    expect(formatTime(Date.UTC(2026, 2, 1, 22, 14, 59))).toBe('2026-03-01 22:14 UTC');
  });
});

describe('a range of time', () => {
  it.each([
    [12_000, 18_400, '12 to 18 seconds'],
    [55_000, 89_000, '55 to 89 seconds'],
    [70_000, 290_000, '1 to 5 minutes'],
    [65 * 60_000, 80 * 60_000, '65 to 80 minutes'],
    [4_300_000, 5_400_000, '1.2 to 1.5 hours'],
    [30 * 3_600_000, 35 * 3_600_000, '30 to 35 hours'],
    [2 * 86_400_000, 4.55 * 86_400_000, '2 to 4.6 days'],
    [1_700 * 86_400_000, 2_100 * 86_400_000, '1,700 to 2,100 days'],
    [60_000, 60_000, '60 seconds'],
    [180_000, 181_000, '3 minutes'],
    [0, 400, '0 seconds'],
  ])('from %i to %i milliseconds is %s', (low, high, text) => expect(formatRange(low, high)).toBe(text));

  it('can be short', () => expect(formatRange(600_000, 720_000, 'short')).toBe('10 to 12 min'));
});
