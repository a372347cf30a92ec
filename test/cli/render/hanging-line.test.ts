import { expect, test } from 'vitest';
import { hangingLine } from '../../../src/cli/render/hanging-line.ts';

test('what fits stays one line', () => {
  expect(hangingLine('New      a: not in the queue yet', 40)).toBe('New      a: not in the queue yet');
});

test('the rest stands under the text, and words stay whole', () => {
  expect(hangingLine('Changed  pear-1: params.prompt was "a pear", is now "a ripe pear"', 40).split('\n')).toEqual([
    'Changed  pear-1: params.prompt was "a',
    '         pear", is now "a ripe pear"',
  ]);
  expect(hangingLine('If an answer is lost: it is looked up in the history', 30).split('\n')).toEqual([
    'If an answer is lost: it is',
    '  looked up in the history',
  ]);
});

test('a terminal of no width to speak of gets the line as it is', () => {
  expect(hangingLine('New      a: not in the queue yet', 10)).toBe('New      a: not in the queue yet');
});
