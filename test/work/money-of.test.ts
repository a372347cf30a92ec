import { expect, test } from 'vitest';
import { addMoney, settlementOf } from '../../src/work/money-of.ts';

const silent = { charged: null, refunded: null, balance: null };

test('an amount becomes micros, and a refund that is only said stays a word', () => {
  expect(settlementOf({ charged: 0.1, refunded: 0.2, balance: null })).toEqual({ charged: 100_000, refunded: 200_000 });
  expect(settlementOf({ charged: 8, refunded: true, balance: 3 })).toEqual({ charged: 8_000_000, refunded: true });
  expect(settlementOf(silent)).toEqual({ charged: null, refunded: null });
});

test('several answers are added only where all of them speak', () => {
  expect(
    addMoney([
      { ...silent, charged: 5 },
      { ...silent, charged: 7 },
    ]).charged,
  ).toBe(12);
  expect(addMoney([{ ...silent, charged: 5 }, silent]).charged).toBeNull();
  expect(addMoney([]).charged).toBeNull();
  expect(
    addMoney([
      { ...silent, refunded: 5 },
      { ...silent, refunded: 2 },
    ]).refunded,
  ).toBe(7);
  expect(addMoney([{ ...silent, refunded: true }]).refunded).toBe(true);
  // "All of it" of one part has no sum beside another part that says nothing.
  expect(addMoney([{ ...silent, refunded: true }, silent]).refunded).toBeNull();
  expect(addMoney([silent, { ...silent, balance: 9 }]).balance).toBe(9);
});
