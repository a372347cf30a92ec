import type { Attempt } from '../queue/attempt-row.ts';
import { type Micros, toMicros } from '../values/money.ts';
import { readTransactions } from './read-transactions.ts';
import type { WorkContext } from './work-context.ts';

/** Their clock may differ from ours by so much. */
const CLOCK_TOLERANCE_MS = 10 * 60_000;

/** The sign of an amount is undocumented, and a charge names the id too: only its words tell a refund. */
export const SAYS_REFUND = /refund|revers|returned|credited back/i;

/**
 * Looks for evidence of refunds that the documents promise and no answer has shown: a transaction that names the id, or an account that
 * holds exactly so much more than the ledger says. Without evidence they stay open and the report says so. Only sound while nothing is in flight.
 */
export async function settleRefunds(
  context: WorkContext,
  provider: string,
  balanceBefore: Micros | null,
  balanceNow: Micros | null,
  signal: AbortSignal,
): Promise<void> {
  const { attempts, ledger } = context.stores;
  const open = attempts.openRefunds(context.batch.id).filter((attempt) => attempt.provider === provider);
  if (open.length === 0) return;
  const refunds = await refundsNamed(context, provider, open, signal);
  for (const attempt of open) {
    const given = refunds.find((refund) => names(refund, attempt));
    if (!given) continue;
    const amount = Math.min(given.amount, attempt.charged ?? given.amount);
    attempts.bookRefund(attempt.id, amount, 'a transaction that names the id', context.clock.now());
  }
  const still = attempts.openRefunds(context.batch.id).filter((attempt) => attempt.provider === provider);
  const owed = still.reduce((sum, attempt) => sum + (attempt.charged ?? 0), 0);
  if (owed === 0 || balanceBefore === null || balanceNow === null || ledger.outstandingOf(provider) > 0) return;
  const totals = ledger.totals(context.batch.id).find((money) => money.provider === provider);
  const run = context.stores.runs.balances(context.batch.id).find((pair) => pair.provider === provider);
  const others = run?.beforeAt == null ? 0 : ledger.netOfOthers(context.batch.id, provider, run.beforeAt, null);
  const missing = balanceNow - (balanceBefore - (totals ? totals.charged - totals.refunded : 0) - others);
  if (missing !== owed) return;
  for (const attempt of still)
    attempts.bookRefund(attempt.id, attempt.charged ?? 0, 'the balance rose by exactly that sum', context.clock.now());
}

interface Refund {
  readonly amount: Micros;
  readonly text: string;
}

const names = (refund: Refund, attempt: Attempt): boolean => attempt.handle?.ids.some((id) => refund.text.includes(id)) ?? false;

/** What was given back, newest first, until every open refund is named, or the bookings are older than all of them. */
async function refundsNamed(
  context: WorkContext,
  provider: string,
  open: readonly Attempt[],
  signal: AbortSignal,
): Promise<readonly Refund[]> {
  const since = Math.min(...open.map((attempt) => attempt.intentAt)) - CLOCK_TOLERANCE_MS;
  const refunds: Refund[] = [];
  for await (const page of readTransactions(context, provider, since, signal)) {
    for (const entry of page) {
      if (entry.amount !== null && SAYS_REFUND.test(entry.text))
        refunds.push({ amount: toMicros(Math.abs(entry.amount)), text: entry.text });
    }
    if (open.every((attempt) => refunds.some((refund) => names(refund, attempt)))) break;
  }
  return refunds;
}
