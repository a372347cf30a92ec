import { expect, test } from 'vitest';
import { nearestName } from '../../src/manifest/nearest-name.ts';

test('two letters that changed places are one slip: the name that was meant comes before another that is two letters off', () => {
  expect(nearestName('max-cots', ['max-rows', 'max-cost'])).toBe('max-cost');
  expect(nearestName('sandobx', ['sandbox', 'select'])).toBe('sandbox');
  expect(nearestName('zebra', ['max-rows', 'max-cost'])).toBeNull();
});
