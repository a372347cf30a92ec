import { expect, test } from 'vitest';
import { nearestName } from '../../src/manifest/nearest-name.ts';

test('two letters that changed places are one slip: the name that was meant comes before another that is two letters off', () => {
  expect(nearestName('max-cots', ['max-rows', 'max-cost'])).toBe('max-cost');
  expect(nearestName('sandobx', ['sandbox', 'select'])).toBe('sandbox');
  expect(nearestName('zebra', ['max-rows', 'max-cost'])).toBeNull();
});

test.each([
  ['slug', ['plus', 'slugify', 'slice'], 'slugify'],
  ['kling-3.0', ['ulazai/image/kling_3_0', 'ulazai/kling-3.0'], 'ulazai/kling-3.0'],
  ['aspect', ['quality', 'aspect_ratio'], 'aspect_ratio'],
  ['promt', ['prompt', 'params'], 'prompt'],
])('%s of %j is %s', (found, allowed, meant) => {
  expect(nearestName(found, allowed)).toBe(meant);
});

test.each([
  ['nope', ['pop', 'copy']],
  ['16:9', ['1:1', '3:2']],
  ['x-a', ['id', 'tags']],
  ['jobs', ['rows', 'tags']],
  ['b', ['a', 'copy']],
  ['tcsh', ['bash', 'zsh', 'fish']],
])('%s is none of %j: a guess would lead away', (found, allowed) => {
  expect(nearestName(found, allowed)).toBeNull();
});
