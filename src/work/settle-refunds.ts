import type { Attempt } from '../queue/attempt-row.ts';
import { type Micros, toMicros } from '../values/money.ts';
import { readTransactions } from './read-transactions.ts';
import type { WorkContext } from './work-context.ts';

/** Their clock may differ from ours by so much. */
const CLOCK_TOLERANCE_MS = 10 * 60_000;

/** The sign of an amount is undocumented, and a charge names the id too: only its words tell a refund. */
export const SAYS_REFUND = /refund|revers|returned|credited back/i;

/** Something that an account gave back. */
export interface RefundSeen {
  readonly amount: Micros;
  readonly text: string;
}

/** What an account shows of the refunds that the documents promise and no answer has shown: bookings that name an id. */
export async function findRefunds(context: WorkContext, provider: string, signal: AbortSignal): Promise<readonly RefundSeen[]> {
  const open = openAt(context, provider);
  return open.length === 0 ? [] : refundsNamed(context, provider, open, signal);
}

/**
 * Books open refunds on evidence: a transaction that names the id, or an account that holds exactly so much more than the ledger says. Without
 * evidence they stay open and the report says so. Only sound while nothing is in flight, and nothing was booked since the account was looked at.
 */
export function bookRefunds(
  context: WorkContext,
  provider: string,
  balanceBefore: Micros | null,
  balanceNow: Micros,
  refunds: readonly RefundSeen[],
): void {
  const { attempts, ledger } = context.stores;
  for (const attempt of openAt(context, provider)) {
    const given = refunds.find((refund) => names(refund, attempt));
    if (!given) continue;
    const amount = Math.min(given.amount, attempt.charged ?? given.amount);
    attempts.bookRefund(attempt.id, amount, 'a transaction that names the id', context.clock.now());
  }
  const still = openAt(context, provider);
  const owed = still.reduce((sum, attempt) => sum + (attempt.charged ?? 0), 0);
  if (owed === 0 || balanceBefore === null || ledger.outstandingOf(provider) > 0) return;
  const totals = ledger.totals(context.batch.id).find((money) => money.provider === provider);
  const run = context.stores.runs.balances(context.batch.id).find((pair) => pair.provider === provider);
  const others = run?.beforeAt == null ? 0 : ledger.netOfOthers(context.batch.id, provider, run.beforeAt, null);
  const missing = balanceNow - (balanceBefore - (totals ? totals.charged - totals.refunded : 0) - others);
  if (missing !== owed) return;
  for (const attempt of still)
    attempts.bookRefund(attempt.id, attempt.charged ?? 0, 'the balance rose by exactly that sum', context.clock.now());
}

function openAt({ stores, batch }: WorkContext, provider: string): readonly Attempt[] {
  return stores.attempts.openRefunds(batch.id).filter((attempt) => attempt.provider === provider);
}

const names = (refund: RefundSeen, attempt: Attempt): boolean => attempt.handle?.ids.some((id) => refund.text.includes(id)) ?? false;

/** What was given back, newest first, until every open refund is named, or the bookings are older than all of them. */
async function refundsNamed(
  context: WorkContext,
  provider: string,
  open: readonly Attempt[],
  signal: AbortSignal,
): Promise<readonly RefundSeen[]> {
  const since = Math.min(...open.map((attempt) => attempt.intentAt)) - CLOCK_TOLERANCE_MS;
  const refunds: RefundSeen[] = [];
  for await (const page of readTransactions(context, provider, since, signal)) {
    for (const entry of page) {
      if (entry.amount !== null && SAYS_REFUND.test(entry.text))
        refunds.push({ amount: toMicros(Math.abs(entry.amount)), text: entry.text });
    }
    if (open.every((attempt) => refunds.some((refund) => names(refund, attempt)))) break;
  }
  return refunds;
}
