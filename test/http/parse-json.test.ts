import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJson } from '../../src/http/parse-json.ts';

test('an integer that a double cannot hold keeps its digits', () => {
  expect(parseJson('{"id":12345678901234567890,"n":-9007199254740993,"ok":9007199254740991,"price":0.1234567890123456789}')).toEqual({
    id: '12345678901234567890',
    n: '-9007199254740993',
    ok: 9_007_199_254_740_991,
    price: 0.123_456_789_012_345_68,
  });
});

test('digits inside a string stay what they are', () => {
  expect(parseJson('{"text":"number 12345678901234567890, \\"quoted\\""}')).toEqual({ text: 'number 12345678901234567890, "quoted"' });
});

test('everything else reads as JSON.parse reads it', () => {
  fc.assert(
    // Integers beyond 2^53 are the exception, and have a test of their own.
    fc.property(
      fc.jsonValue().filter((value) => !/\d{16}(?![\d.e])/.test(JSON.stringify(value))),
      (value) => {
        const text = JSON.stringify(value);
        expect(parseJson(text)).toEqual(JSON.parse(text));
        expect(parseJson(`[${text},1234567890123456.5]`)).toEqual(JSON.parse(`[${text},1234567890123456.5]`));
      },
    ),
  );
  expect(parseJson('{"a":1,"a":12345678901234567890}')).toEqual({ a: '12345678901234567890' });
});

test('what is no JSON is undefined, however deep or long', () => {
  for (const text of ['', '<html>', '{"a":', "{'a':1}", 'undefined', `${'['.repeat(100_000)}1234567890123456`])
    expect(parseJson(text)).toBeUndefined();
});

test('a key cannot reach the prototype of objects', () => {
  parseJson('{"__proto__":{"polluted":true},"id":12345678901234567890}');
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
