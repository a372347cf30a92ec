import type { Batch } from '../../queue/batch-store.ts';
import { openQueue } from '../../queue/open-queue.ts';
import { claimQueue } from '../../queue/queue-owner.ts';
import { livingRunner, takeForBooking } from '../../queue/run-lock.ts';
import { type AccountSeen, bookAccount, lookAtAccounts } from '../../work/final-look.ts';
import { RequestTally } from '../../work/request-tally.ts';
import type { WorkContext } from '../../work/work-context.ts';
import type { EngineParts } from './engine-parts.ts';
import { openContext } from './open-context.ts';
import { type OpenStores, storesOf } from './queue-stores.ts';

/** `status` and `report` must not hang on an account for longer, milliseconds. */
const LOOK_MS = 15_000;

/**
 * Refunds may come after a run has ended. Where some are still open, and nobody works the queue, the account is asked once more and what it
 * shows is booked. Sends nothing that costs, and never fails the command that called it: without a key or a network nothing is found. A run
 * that starts meanwhile is not in its way: the runner's place is taken only to book, and what such a run booked makes the look worth nothing.
 */
export async function findLateRefunds(parts: EngineParts, reading: OpenStores, batch: Batch): Promise<void> {
  const open = reading.attempts.openRefunds(batch.id);
  const providers = [...new Set(open.map((attempt) => attempt.provider))].filter((name) => parts.secrets.keys[name]);
  if (providers.length === 0 || livingRunner(reading.db) !== null) return;
  const db = openQueue(parts.settings.dbPath);
  try {
    // Another account's bookings say nothing of what this queue has open.
    const profile = parts.settings.profile ?? '';
    if (claimQueue(db, profile) !== profile) return;
    const stores = storesOf(db, parts.output.redact);
    const { context, close } = openContext(parts, stores, batch, { providers, tally: new RequestTally() });
    const timer = setTimeout(() => context.control.leave(), LOOK_MS);
    try {
      const entries = stores.ledger.entries();
      const accounts = await lookAtAccounts(context);
      stores.commits.flush();
      book(stores, context, accounts, entries);
    } finally {
      clearTimeout(timer);
      await close();
    }
  } catch (error) {
    parts.logger.warn({ err: error }, 'late refunds could not be looked for');
  } finally {
    db.close();
  }
}

/** `entries`: how many the books had before the accounts were looked at. */
function book({ db, ledger }: OpenStores, context: WorkContext, accounts: readonly AccountSeen[], entries: number): void {
  const release = takeForBooking(db);
  try {
    if (release === null || ledger.entries() !== entries) return;
    for (const account of accounts) bookAccount(context, account);
  } finally {
    release?.();
  }
}
