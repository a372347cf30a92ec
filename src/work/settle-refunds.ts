import { type Micros, toMicros } from '../values/money.ts';
import type { WorkContext } from './work-context.ts';

/** The sign of an amount is undocumented, and a charge names the id too: only its words tell a refund. */
const SAYS_REFUND = /refund|revers|returned|credited back/i;

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
  const named = await transactionTexts(context, provider, signal);
  for (const attempt of open) {
    const given = named.find((entry) => SAYS_REFUND.test(entry.text) && attempt.handle?.ids.some((id) => entry.text.includes(id)));
    if (!given) continue;
    const amount = Math.min(Math.abs(given.amount), attempt.charged ?? Math.abs(given.amount));
    attempts.bookRefund(attempt.id, amount, 'a transaction that names the id', context.clock.now());
  }
  const still = attempts.openRefunds(context.batch.id).filter((attempt) => attempt.provider === provider);
  const owed = still.reduce((sum, attempt) => sum + (attempt.charged ?? 0), 0);
  if (owed === 0 || balanceBefore === null || balanceNow === null || ledger.outstandingOf(provider) > 0) return;
  const totals = ledger.totals(context.batch.id).find((money) => money.provider === provider);
  const run = context.stores.runs.balances(context.batch.id).find((pair) => pair.provider === provider);
  const others = run?.beforeAt == null ? 0 : ledger.netOfOthersSince(context.batch.id, provider, run.beforeAt);
  const missing = balanceNow - (balanceBefore - (totals ? totals.charged - totals.refunded : 0) - others);
  if (missing !== owed) return;
  for (const attempt of still)
    attempts.bookRefund(attempt.id, attempt.charged ?? 0, 'the balance rose by exactly that sum', context.clock.now());
}

async function transactionTexts(
  context: WorkContext,
  provider: string,
  signal: AbortSignal,
): Promise<readonly { amount: Micros; text: string }[]> {
  const desk = context.desks[provider];
  const source = desk?.provider.transactions;
  if (!desk || !source) return [];
  try {
    const result = await desk.ask('other', source.request, signal);
    const entries = result.kind === 'answer' ? source.read(result.answer) : null;
    return (entries ?? []).flatMap((entry) => (entry.amount === null ? [] : [{ amount: toMicros(entry.amount), text: entry.text }]));
  } catch (error) {
    if (signal.aborted) return [];
    throw error;
  }
}
