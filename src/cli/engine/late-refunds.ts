import type { Batch } from '../../queue/batch-store.ts';
import { openQueue } from '../../queue/open-queue.ts';
import { claimQueue } from '../../queue/queue-owner.ts';
import { RunnerBusyError, takeRunLock } from '../../queue/run-lock.ts';
import { collectAnswers } from '../../work/final-look.ts';
import { RequestTally } from '../../work/request-tally.ts';
import type { EngineParts } from './engine-parts.ts';
import { openContext } from './open-context.ts';
import { type OpenStores, storesOf } from './queue-stores.ts';

/** `status` and `report` must not hang on an account for longer, milliseconds. */
const LOOK_MS = 15_000;

/**
 * Refunds may come after a run has ended. Where some are still open, and nobody works the queue, the account is asked once more and what it
 * shows is booked. Sends nothing that costs, and never fails the command that called it: without a key or a network nothing is found.
 */
export async function findLateRefunds(parts: EngineParts, reading: OpenStores, batch: Batch): Promise<void> {
  const open = reading.attempts.openRefunds(batch.id);
  const providers = [...new Set(open.map((attempt) => attempt.provider))].filter((name) => parts.secrets.keys[name]);
  if (providers.length === 0) return;
  const db = openQueue(parts.settings.dbPath);
  try {
    // Another account's bookings say nothing of what this queue has open.
    const profile = parts.settings.profile ?? '';
    if (claimQueue(db, profile) !== profile) return;
    const release = takeRunLock(db, batch.name, parts.clock.now());
    try {
      const stores = storesOf(db, parts.output.redact);
      const { context, close } = openContext(parts, stores, batch, { providers, tally: new RequestTally() });
      const timer = setTimeout(() => context.control.leave(), LOOK_MS);
      try {
        await collectAnswers(context);
      } finally {
        clearTimeout(timer);
        await close();
      }
    } finally {
      release();
    }
  } catch (error) {
    if (!(error instanceof RunnerBusyError)) parts.logger.warn({ err: error }, 'late refunds could not be looked for');
  } finally {
    db.close();
  }
}
