import type { Transaction } from '../job-type/provider.ts';
import type { Attempt } from '../queue/attempt-row.ts';
import { toMicros, toUnits } from '../values/money.ts';
import { readTransactions } from './read-transactions.ts';
import { SAYS_REFUND } from './settle-refunds.ts';
import type { WorkContext } from './work-context.ts';

/** Their clock may differ from ours by so much, and a booking may come so much later than its request. */
const TOLERANCE_MS = 10 * 60_000;

/**
 * What the account's bookings say of an attempt whose outcome is unknown, in words for the person who decides: evidence, never proof, since
 * another job may have cost the same. Null where the bookings cannot be read, or show neither amounts nor times.
 */
export async function accountEvidence(context: WorkContext, attempt: Attempt, signal: AbortSignal): Promise<string | null> {
  const { quote } = attempt;
  if (quote === null || quote === 0) return null;
  const from = attempt.intentAt - TOLERANCE_MS;
  const until = (attempt.submittedAt ?? attempt.intentAt) + TOLERANCE_MS;
  let readable = false;
  let alike = 0;
  for await (const page of readTransactions(context, attempt.provider, from, signal)) {
    for (const entry of page) {
      if (entry.amount === null || entry.at === null) continue;
      readable = true;
      const inTime = entry.at >= from && entry.at <= until;
      if (inTime && toMicros(Math.abs(entry.amount)) === quote && !SAYS_REFUND.test(entry.text) && !isOurs(context, attempt, entry))
        alike += 1;
    }
  }
  if (!readable) return null;
  const what = `${toUnits(quote)} ${context.desks[attempt.provider]?.provider.unit ?? 'units'}`;
  if (alike === 0) return `the account shows no booking of ${what} at about that time that belongs to no job known here`;
  return `the account shows ${alike === 1 ? 'a booking' : `${alike} bookings`} of ${what} at about that time that ${alike === 1 ? 'belongs' : 'belong'} to no job known here`;
}

/** Whether a booking names an id that is known here. */
function isOurs(context: WorkContext, attempt: Attempt, entry: Transaction): boolean {
  const words = entry.text.split(/[^\w-]+/).filter((word) => word.length >= 6);
  return words.some((word) => context.stores.attempts.ownerOfAny(attempt.provider, word) !== null);
}
