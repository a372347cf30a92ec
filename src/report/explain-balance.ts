import type { Micros } from '../values/money.ts';
import { accountsFor, type Evidence, merged } from './evidence.ts';
import type { BalanceFigures } from './figures.ts';
import { formatJobs, formatMoney } from './format.ts';
import type { ReportProvider } from './report-input.ts';

/** What the jobs of a provider leave open. */
export interface OpenMoney {
  /** May have been charged, their outcome being unknown. */
  readonly unknown: Evidence;
  /** May be charged already, being in flight. */
  readonly inFlight: Evidence;
  /** Ended, charged, and without a booked refund. */
  readonly refundable: Evidence;
}

/** Compares the account with the ledger, and says in words what could account for a difference. */
export function explainBalance(provider: ReportProvider, open: OpenMoney): BalanceFigures {
  const { balanceBefore: before, balanceAfter: after, balanceFrom: from, otherBatches } = provider;
  const known = { before, after, from, otherBatches };
  if (before === null || after === null)
    return { ...known, difference: null, verdict: 'unchecked', explanation: uncheckedBecause(provider) };
  const net = provider.charged - provider.refunded;
  const difference = before - after - net;
  const rest = difference - otherBatches;
  const money = (amount: Micros) => formatMoney(amount, provider.unit);
  if (rest === 0 && otherBatches === 0) {
    return {
      ...known,
      difference,
      verdict: 'reconciles',
      explanation: `Reconciles: the balance moved by exactly the ${money(net)} booked.`,
    };
  }
  const others = otherBatches === 0 ? '' : `Other batches booked ${money(otherBatches)} net in the same time. `;
  if (rest === 0) return { ...known, difference, verdict: 'explained', explanation: `${others}That is exactly the difference.` };
  const beside = otherBatches === 0 ? 'is booked' : 'all batches booked';
  const lead = `${others}The balance fell by ${money(Math.abs(rest))} ${rest > 0 ? 'more' : 'less'} than ${beside}. `;
  const { possible, words } = rest > 0 ? tookMore(rest, open, money) : tookLess(-rest, open, money);
  return { ...known, difference, verdict: possible ? 'possible' : 'unexplained', explanation: lead + words };
}

function uncheckedBecause(provider: ReportProvider): string {
  const start = 'Cannot be checked: ';
  if (provider.balanceFrom === 'nowhere') return `${start}${provider.name} has no balance to ask for.`;
  if (provider.balanceOld)
    return `${start}the balance of ${provider.name} was last read before the latest bookings. The next run reads it when it ends.`;
  const which = provider.balanceBefore === null ? 'before the batch' : 'after the batch';
  if (provider.balanceFrom === 'answers')
    return `${start}${provider.name} tells the balance only in some answers, and none told it ${which}.`;
  return `${start}the balance of ${provider.name} could not be read ${which}.`;
}

type Words = { readonly possible: boolean; readonly words: string };

function tookMore(rest: Micros, open: OpenMoney, money: (amount: Micros) => string): Words {
  const both = merged(open.unknown, open.inFlight);
  const who = [
    open.unknown.jobs > 0 ? `${formatJobs(open.unknown.jobs)} of unknown outcome (${upTo(open.unknown, money)})` : '',
    open.inFlight.jobs > 0 ? `${formatJobs(open.inFlight.jobs)} in flight (${upTo(open.inFlight, money)})` : '',
  ]
    .filter((part) => part !== '')
    .join(' and ');
  const elsewhere = 'spending outside nightshift (the web site, another program), or prices other than those booked';
  if (both.jobs === 0) return { possible: false, words: `No job of this batch is open, so it is ${elsewhere}.` };
  switch (accountsFor(both, rest)) {
    case 'exactly':
      return { possible: true, words: `${who} would explain it exactly, if charged.` };
    case 'partly':
      return { possible: true, words: `${who} would explain it, if some were charged.` };
    case 'no':
      return {
        possible: false,
        words:
          rest > both.amount
            ? `${who} would leave ${money(rest - both.amount)} unexplained even if all were charged: ${elsewhere}.`
            : `No part of ${who} adds up to it: ${elsewhere}.`,
      };
  }
}

function tookLess(rest: Micros, open: OpenMoney, money: (amount: Micros) => string): Words {
  const { refundable } = open;
  const elsewhere = 'money added to the account, or prices below those booked';
  if (refundable.jobs === 0) return { possible: false, words: `No failed job awaits a refund, so it is ${elsewhere}.` };
  const who = `refunds that are not booked yet, of ${formatJobs(refundable.jobs)} that failed after being charged (${upTo(refundable, money)}),`;
  switch (accountsFor(refundable, rest)) {
    case 'exactly':
      return { possible: true, words: `All ${who} would explain it exactly.` };
    case 'partly':
      return { possible: true, words: `Some ${who} would explain it.` };
    case 'no':
      return { possible: false, words: `Even ${who} would not explain it: ${elsewhere}.` };
  }
}

function upTo(evidence: Evidence, money: (amount: Micros) => string): string {
  if (evidence.unpriced === 0) return evidence.jobs === 1 ? money(evidence.amount) : `${money(evidence.amount)} together`;
  return evidence.unpriced === evidence.jobs
    ? 'price not known'
    : `${money(evidence.amount)} and ${formatJobs(evidence.unpriced)} without a known price`;
}
