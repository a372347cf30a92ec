import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, formatJobs, formatMoney, formatTime } from '../../src/report/format.ts';
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
