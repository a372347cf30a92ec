import { expect, test, vi } from 'vitest';
import { retryAfterMs } from '../../src/schedule/retry-after.ts';

const date = 'Tue, 06 Jan 2026 10:00:00 GMT';
const epochS = Date.parse(date) / 1_000;

test.each([
  ['seconds', { 'retry-after': '8' }, 8_000],
  ['seconds with spaces', { 'retry-after': ' 8 ' }, 8_000],
  ['a fraction', { 'retry-after': '1.5' }, 1_500],
  ['zero', { 'retry-after': '0' }, 0],
  ['an hour', { 'retry-after': '3600' }, 3_600_000],
  ['a wait of a year, not shortened', { 'retry-after': '31536000' }, 31_536_000_000],
  ['a date', { 'retry-after': 'Tue, 06 Jan 2026 10:00:30 GMT', date }, 30_000],
  ['a date in the past', { 'retry-after': 'Tue, 06 Jan 2026 09:00:00 GMT', date }, 0],
  ['an epoch in seconds', { 'retry-after': `${epochS + 5}`, date }, 5_000],
  ['an epoch in milliseconds', { 'retry-after': `${epochS * 1_000 + 5_250}`, date }, 5_250],
  ['the older reset header as seconds to go', { 'x-ratelimit-reset': '12' }, 12_000],
  ['the older reset header as an epoch', { 'x-ratelimit-reset': `${epochS + 90}`, date }, 90_000],
  ['the newer reset header', { 'ratelimit-reset': '7' }, 7_000],
  ['Retry-After before both resets', { 'retry-after': '3', 'ratelimit-reset': '7', 'x-ratelimit-reset': '9' }, 3_000],
  ['the newer reset before the older', { 'ratelimit-reset': '7', 'x-ratelimit-reset': '9' }, 7_000],
  ['garbage, then a reset', { 'retry-after': 'soon', 'x-ratelimit-reset': '9' }, 9_000],
])('%s', (_, headers, expected) => {
  expect(retryAfterMs(headers)).toBe(expected + 100);
});

test.each([
  ['nothing', {}],
  ['nothing but a date', { date }],
  ['words', { 'retry-after': 'soon', date }],
  ['an exponent', { 'retry-after': '1e9', date }],
  ['a negative number', { 'retry-after': '-5', date }],
  ['an empty value', { 'retry-after': '', date }],
  ['a duration text', { 'retry-after': '6m0s', date }],
  ['a date without the answer saying its own', { 'retry-after': date }],
  ['an epoch without the answer saying its own', { 'retry-after': `${epochS}` }],
  ['a date that is none', { 'retry-after': 'Tue, 99 Foo 2026', date }],
  ['a number that would be an instant of 2001', { 'retry-after': '1000000000', date }],
])('%s tells no wait', (_, headers) => {
  expect(retryAfterMs(headers)).toBeNull();
});

test('our own clock does not matter', () => {
  const headers = { 'retry-after': 'Tue, 06 Jan 2026 10:00:30 GMT', date };
  for (const off of [-3_600_000, 0, 3_600_000]) {
    vi.spyOn(Date, 'now').mockReturnValue(Date.parse(date) + off);
    expect(retryAfterMs(headers)).toBe(30_100);
  }
  vi.restoreAllMocks();
});
