import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openQueue } from '../../queue/open-queue.ts';
import { systemClock } from '../../schedule/system-clock.ts';
import { toUnits } from '../../values/money.ts';
import type { Output } from '../output/output.ts';
import { UsageError } from '../usage-error.ts';
import { usable } from './engine-parts.ts';
import { lockQueue } from './lock-queue.ts';
import { missingFiles } from './plan-batch.ts';
import { type OpenStores, storesOf } from './queue-stores.ts';

/**
 * A sandbox of an earlier process is gone, and with it what was in flight on it and the files it gave out. A queue that still needs it is
 * begun anew, as it would be with a new account: no real money was in it, and its files are made again. A queue that the user named is
 * never touched, and neither is one that a runner holds. Returns what the queue has spent, by provider, in units. Throws a UsageError.
 */
export async function forgetDeadSandbox(
  dbPath: string,
  users: boolean,
  providers: readonly string[],
  output: Output,
): Promise<Record<string, number>> {
  if (!existsSync(dbPath)) return {};
  const db = usable(() => openQueue(dbPath));
  try {
    const release = lockQueue(db, 'sandbox', systemClock.now());
    try {
      const stores = storesOf(db, output.redact);
      const lost = whatIsLost(stores);
      if (lost === null) return Object.fromEntries(providers.map((name) => [name, toUnits(stores.ledger.netOf(name))]));
      if (users)
        throw new UsageError(
          `${dbPath} has ${lost}, and a new sandbox does not know them. Go on without --sandbox, or name another file with --db`,
        );
      for (const file of savedFiles(stores)) await rm(file, { force: true });
      output.note(`The sandbox that had ${lost} is gone: its queue is begun anew.`);
    } finally {
      release();
    }
  } finally {
    db.close();
  }
  for (const ending of ['', '-wal', '-shm', '.lock', '.ballast']) await rm(`${dbPath}${ending}`, { force: true });
  return {};
}

function whatIsLost(stores: OpenStores): string | null {
  const inFlight = stores.batches.inFlight();
  if (inFlight > 0) return inFlight === 1 ? '1 job in flight' : `${inFlight} jobs in flight`;
  const missing = stores.batches.all().reduce((count, batch) => count + missingFiles(stores, batch).length, 0);
  if (missing > 0) return missing === 1 ? '1 file that is no longer on disk' : `${missing} files that are no longer on disk`;
  return null;
}

/** What the queue put into output folders: made again in another order, a file would otherwise find its name taken. */
function savedFiles(stores: OpenStores): string[] {
  return stores.batches
    .all()
    .flatMap((batch) => [...stores.outputs.ofDoneJobs(batch.id)].flatMap(({ path }) => (path === null ? [] : [join(batch.outDir, path)])));
}
