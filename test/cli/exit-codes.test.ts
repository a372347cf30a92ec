import { describe, expect, test } from 'vitest';
import { decisiveReason, type ExitReason, exitCodeFor } from '../../src/cli/exit-codes.ts';

describe('exit codes', () => {
  test.each<[ExitReason, number]>([
    ['completed', 0],
    ['unexpected', 1],
    ['auth', 3],
    ['failures', 4],
    ['outage', 5],
    ['no_funds', 6],
    ['unknown', 7],
    ['budget', 8],
    ['duration', 10],
    ['interrupted', 130],
  ])('%s alone ends with %i', (reason, code) => {
    expect(exitCodeFor([reason])).toBe(code);
  });

  test('no reason at all is all well', () => {
    expect(exitCodeFor([])).toBe(0);
  });

  test('when several apply, the order of the contract decides, in whatever order they came', () => {
    const order: ExitReason[] = ['unexpected', 'interrupted', 'unknown', 'auth', 'no_funds', 'budget', 'duration', 'outage', 'failures'];
    expect(order.map((_, index) => exitCodeFor(order.slice(index)))).toEqual([1, 130, 7, 3, 6, 8, 10, 5, 4]);
    expect(order.map((_, index) => exitCodeFor(order.slice(index).reverse()))).toEqual([1, 130, 7, 3, 6, 8, 10, 5, 4]);
    expect(decisiveReason(['completed', 'failures', 'budget'])).toBe('budget');
  });
});
