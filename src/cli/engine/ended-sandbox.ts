import { existsSync } from 'node:fs';
import { countInFlight, queueInFlightAgain } from '../../queue/ended-sandbox.ts';
import { openQueue, openQueueForReading, type QueueDb } from '../../queue/open-queue.ts';
import { formatJobs } from '../../report/format.ts';
import { systemClock } from '../../schedule/system-clock.ts';
import { toUnits } from '../../values/money.ts';
import type { Output } from '../output/output.ts';
import { UsageError } from '../usage-error.ts';
import { usable } from './engine-parts.ts';
import { lockQueue } from './lock-queue.ts';
import { type OpenStores, storesOf } from './queue-stores.ts';

/** What a queue has spent on its sandboxes, by provider, in units. Changes nothing. */
export function spentOnSandboxes(dbPath: string, providers: readonly string[]): Record<string, number> {
  const db = usable(() => openQueueForReading(dbPath));
  if (db === null) return {};
  try {
    return spentOf(
      storesOf(db, (text) => text),
      providers,
    );
  } finally {
    db.close();
  }
}

/**
 * A sandbox of an earlier process is gone, and with it what was in flight on it: those jobs are queued again, and nothing else of the queue
 * changes. A queue that the user named may be that of an account and is never touched, and neither is one that a runner holds. Returns what the
 * queue has spent, by provider, in units. Throws a UsageError.
 */
export function leaveEndedSandbox(dbPath: string, users: boolean, providers: readonly string[], output: Output): Record<string, number> {
  if (!existsSync(dbPath)) return {};
  const db = usable(() => openQueue(dbPath));
  try {
    const release = lockQueue(db, 'sandbox', systemClock.now());
    try {
      const stores = storesOf(db, output.redact);
      queueAgain(db, stores, dbPath, users, output);
      return spentOf(stores, providers);
    } finally {
      release();
    }
  } finally {
    db.close();
  }
}

function queueAgain(db: QueueDb, stores: OpenStores, dbPath: string, users: boolean, output: Output): void {
  const lost = countInFlight(db);
  if (lost === 0) return;
  if (users)
    throw new UsageError(
      `${dbPath} has ${formatJobs(lost)} in flight, and a new sandbox does not know them. Go on without --sandbox, or name another file with --db`,
    );
  queueInFlightAgain(db, stores.attempts, systemClock.now());
  output.note(`The sandbox that had ${formatJobs(lost)} in flight is gone: queued again.`);
}

function spentOf(stores: OpenStores, providers: readonly string[]): Record<string, number> {
  return Object.fromEntries(providers.map((name) => [name, toUnits(stores.ledger.netOf(name))]));
}
