import { expect, test } from 'vitest';
import { combinations, countCombinations, readMatrix } from '../../src/manifest/matrix.ts';
import type { JsonObject } from '../../src/values/json.ts';

const read = (value: JsonObject) => readMatrix(value, (path, message) => expect.unreachable(`${path.join('.')}: ${message}`));

test('include and exclude do what they do in GitHub Actions (the example of its documentation)', () => {
  const matrix = read({
    fruit: ['apple', 'pear'],
    animal: ['cat', 'dog'],
    include: [
      { color: 'green' },
      { color: 'pink', animal: 'cat' },
      { fruit: 'apple', shape: 'circle' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ],
  });
  expect(combinations(matrix)).toEqual([
    { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
    { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
    { fruit: 'pear', animal: 'cat', color: 'pink' },
    { fruit: 'pear', animal: 'dog', color: 'green' },
    { fruit: 'banana' },
    { fruit: 'banana', animal: 'cat' },
  ]);
});

test('exclude takes out what agrees with all its pairs, before include adds', () => {
  const matrix = read({ os: ['a', 'b'], v: [1, 2, 3], exclude: [{ os: 'a', v: 1 }, { v: 3 }], include: [{ os: 'a', v: 1, again: true }] });
  expect(combinations(matrix)).toEqual([
    { os: 'a', v: 2 },
    { os: 'b', v: 1 },
    { os: 'b', v: 2 },
    { os: 'a', v: 1, again: true },
  ]);
});

test('a matrix of nothing but include is its list; an empty one adds nothing to a row', () => {
  expect(combinations(read({ include: [{ a: 1 }, { a: 2 }] }))).toEqual([{ a: 1 }, { a: 2 }]);
  expect(combinations(read({}))).toEqual([{}]);
});

test('combinations are counted without being built', () => {
  const axis = Array.from({ length: 12 }, (_, index) => index);
  expect(countCombinations(read({ a: axis, b: axis, c: axis, d: axis, e: axis, f: axis }))).toBe(2_985_984);
});
