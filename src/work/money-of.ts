import type { MoneyReport } from '../job-type/outcomes.ts';
import type { Settlement } from '../queue/settlement.ts';
import { toMicros } from '../values/money.ts';

/** What an answer says of money, in micros. */
export function settlementOf(money: MoneyReport): Settlement {
  return {
    charged: money.charged === null ? null : toMicros(money.charged),
    refunded: typeof money.refunded === 'number' ? toMicros(money.refunded) : money.refunded,
  };
}

/** The sum of several answers' words on money: known only where all that speak agree to be known. */
export function addMoney(reports: readonly MoneyReport[]): MoneyReport {
  const amounts = reports.map((report) => report.charged).filter((amount) => amount !== null);
  const refunds = reports.map((report) => report.refunded).filter((refund) => refund !== null);
  return {
    charged: amounts.length === reports.length && amounts.length > 0 ? amounts.reduce((sum, amount) => sum + amount, 0) : null,
    refunded: refundOf(reports, refunds),
    balance: reports.map((report) => report.balance).find((balance) => balance !== null) ?? null,
  };
}

/** "All of it" of one part has no sum: beside amounts of others it stays open until evidence shows how much came back. */
function refundOf(reports: readonly MoneyReport[], refunds: readonly (number | boolean)[]): number | boolean | null {
  if (refunds.includes(true)) return refunds.length === reports.length && refunds.every((refund) => refund === true) ? true : null;
  const numbers = refunds.filter((refund) => typeof refund === 'number');
  return numbers.length > 0 ? numbers.reduce((sum, refund) => sum + refund, 0) : (refunds[0] ?? null);
}
