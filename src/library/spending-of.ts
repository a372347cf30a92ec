import type { ConfirmSpend } from '../cli/confirm-spend.ts';
import type { MoneyCap } from '../cli/options/parse-money-flag.ts';
import { UsageError } from '../cli/usage-error.ts';
import { type Micros, toMicros } from '../values/money.ts';
import type { Spending } from './library-options.ts';

/** The cap and the leave to spend that a call gives. Throws a UsageError for an amount that is none: a misread cap would spend money. */
export function spendingOf(spending: Spending, sandbox: boolean): { readonly maxCost: MoneyCap | null; readonly confirm: ConfirmSpend } {
  const { maxCost: given, yes } = spending;
  const maxCost = given === undefined ? null : capOf(given);
  return {
    maxCost,
    confirm: async ({ what, budget }) => {
      if (yes === true || maxCost !== null || sandbox || budget) return;
      throw new UsageError(`This would spend ${what}. Give maxCost, yes: true, or a budget in the manifest. Nothing was sent.`);
    },
  };
}

function capOf(given: NonNullable<Spending['maxCost']>): MoneyCap {
  if (typeof given === 'number') return { kind: 'single', amount: amountOf('maxCost', given) };
  const amounts = Object.entries(given).map(([provider, units]) => [provider, amountOf(`maxCost.${provider}`, units)] as const);
  return { kind: 'by-provider', amounts: Object.fromEntries(amounts) };
}

function amountOf(name: string, units: unknown): Micros {
  if (typeof units === 'number' && units >= 0 && units < 9e9) return toMicros(units);
  throw new UsageError(`${name}: found ${String(units)}; allowed: an amount from 0, such as 40 or 12.5`);
}
