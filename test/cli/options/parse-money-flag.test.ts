import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { capsFor, parseMoneyFlag } from '../../../src/cli/options/parse-money-flag.ts';
import { UsageError } from '../../../src/cli/usage-error.ts';

const read = (text: string) => parseMoneyFlag('--max-cost', text);

describe('--max-cost', () => {
  test.each([
    'abc',
    '',
    ' ',
    '-1',
    '+1',
    '1e309',
    '1e3',
    '5,00',
    'NaN',
    'Infinity',
    '0x10',
    '1_000',
    '.5',
    '5.',
    '1.1234567',
    '99999999999',
    '٣',
    '1 ',
  ])('refuses %j with exit code 2', (text) => {
    expect(() => read(text)).toThrow(UsageError);
    expect(() => read(text)).toThrow(/allowed: an amount such as 40/);
  });

  test.each([
    'ulazai=',
    '=5',
    'ulazai=5,',
    'ulazai=5,5',
    'ulazai=5,ulazai=6',
    'ulazai==5',
    'ULAZAI=5',
    'ulazai=-1',
    '__proto__=5',
    'ulazai=5;mayanio=6',
  ])('refuses %j', (text) => {
    expect(() => read(text)).toThrow(UsageError);
  });

  test('reads amounts exactly, to the millionth', () => {
    expect(read('40')).toEqual({ kind: 'single', amount: 40_000_000 });
    expect(read('0')).toEqual({ kind: 'single', amount: 0 });
    expect(read('12.345678')).toEqual({ kind: 'single', amount: 12_345_678 });
    expect(read('ulazai=40,mayanio=10.5')).toEqual({ kind: 'by-provider', amounts: { ulazai: 40_000_000, mayanio: 10_500_000 } });
  });

  test('never reads anything but digits as an amount', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^\d{1,10}(\.\d{1,6})?$/.test(text));
        expect(() => read(text)).toThrow(UsageError);
      }),
    );
  });
});

describe('the caps of a batch', () => {
  const caps = (text: string, providers: string[]) => capsFor('--max-cost', read(text), providers);

  test('one amount is the cap of the only provider', () => {
    expect(caps('40', ['mayanio'])).toEqual({ mayanio: 40_000_000 });
  });

  test('one amount for two providers is refused, since nothing says in whose money', () => {
    expect(() => caps('40', ['ulazai', 'mayanio'])).toThrow(/allowed: ulazai=N,mayanio=N/);
  });

  test('a provider that the batch does not use is a mistake, with the nearest name', () => {
    expect(() => caps('ulazia=40', ['ulazai'])).toThrow(/does not use "ulazia".*did you mean "ulazai"/);
  });

  test('a provider without an amount is named: without a cap it could spend anything', () => {
    expect(() => caps('ulazai=40', ['ulazai', 'mayanio'])).toThrow(/no amount for mayanio/);
  });
});
