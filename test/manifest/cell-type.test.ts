import { expect, test } from 'vitest';
import { type CellType, cellTypeOf, typeCell } from '../../src/manifest/cell-type.ts';

const types: Record<string, CellType> = {
  text: cellTypeOf({ type: 'string' }),
  choice: cellTypeOf({ enum: ['5', '10'] }),
  whole: cellTypeOf({ type: 'integer', enum: [5, 10] }),
  flag: cellTypeOf({ anyOf: [{ type: 'boolean' }, { type: 'null' }] }),
  list: cellTypeOf({ type: 'array', items: { type: 'string' } }),
  numbers: cellTypeOf({ type: 'array', items: { type: 'number' } }),
};

test.each([
  ['text', ' 5 ', ' 5 '],
  ['text', '  ', undefined],
  ['choice', '5', '5'],
  ['whole', ' 5 ', 5],
  ['whole', '5.0', 5],
  ['whole', 'five', 'five'],
  ['whole', '9007199254740993', '9007199254740993'],
  ['flag', 'TRUE', true],
  ['flag', 'false', false],
  ['flag', 'yes', 'yes'],
  ['list', 'a|b, c | ', ['a', 'b, c']],
  ['list', '["a|b", "c"]', ['a|b', 'c']],
  ['list', '[broken', ['[broken']],
  ['numbers', '1|2.5', [1, 2.5]],
])('as %s the cell %j is %j', (type, cell, value) => {
  expect(typeCell(cell, types[type]!)).toEqual(value);
});

test.each([
  ['42', 42],
  ['-1.5', -1.5],
  ['007', '007'],
  ['1e5', '1e5'],
  ['1.10', '1.10'],
  ['1.12345678901234567890', '1.12345678901234567890'],
  ['-0', '-0'],
  ['1e+21', 1e21],
  ['1e-7', 1e-7],
  ['"42"', '42'],
  ['"  "', '  '],
  ['"half', '"half'],
  ['18446744073709551615', '18446744073709551615'],
  ['true', true],
  ['{"a": 1}', { a: 1 }],
  ['{{ not json', '{{ not json'],
  ['plain', 'plain'],
])('a parameter without a schema takes %j for %j', (cell, value) => {
  expect(typeCell(cell, null)).toEqual(value);
});
