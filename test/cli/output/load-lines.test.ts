import { expect, test } from 'vitest';
import { providerLine } from '../../../src/cli/output/load-lines.ts';

test('a number of slots that is sought stands beside its range', () => {
  const slots = (range?: { min: number; max: number }) => [{ name: 'concurrency', held: 5, max: 7, ...(range && { range }) }];
  const line = (range?: { min: number; max: number }) =>
    providerLine({ name: 'ulazai', slots: slots(range), requests: null, nextFreeMs: null, throttledMs: 0 }, 80);
  expect(line({ min: 5, max: 10 })).toBe('ulazai: 5 of 7 slots (5..10)');
  expect(line()).toBe('ulazai: 5 of 7 slots');
});
