import { realpathSync } from 'node:fs';
import { Ballast } from '../../queue/ballast.ts';
import { rememberAsLeft } from '../../queue/clean-end.ts';
import { restoredFrom } from '../../queue/copy-queue.ts';
import { openQueue, type QueueDb } from '../../queue/open-queue.ts';
import { claimQueue } from '../../queue/queue-owner.ts';
import { UsageError } from '../usage-error.ts';
import { type EngineParts, usable } from './engine-parts.ts';
import { haltOf } from './halt-of.ts';
import { lockQueue } from './lock-queue.ts';
import { type OpenStores, storesOf } from './queue-stores.ts';

/**
 * Opens the queue for writing as its one runner, with room kept for the answers to what it submits. Throws a UsageError that names the
 * holder when there is another runner, and a HaltError for a full disk and a damaged file, whenever they show.
 */
export async function withRunner<T>(parts: EngineParts, name: string, work: (stores: OpenStores) => Promise<T>): Promise<T> {
  const db = usable(() => openQueue(parts.settings.dbPath));
  const file = realpathSync(db.name);
  let clean = false;
  try {
    const release = lockQueue(db, name, parts.clock.now());
    try {
      const owner = claimQueue(db, parts.settings.profile ?? '');
      if (owner !== (parts.settings.profile ?? '')) {
        clean = true;
        throw new UsageError(notOurs(parts, owner));
      }
      const ballast = Ballast.lay(db);
      try {
        warnOfBackup(parts, db);
        const result = await workToTheEnd(storesOf(db, parts.output.redact, ballast), work);
        clean = true;
        return result;
      } finally {
        ballast.remove();
      }
    } finally {
      release();
    }
  } catch (error) {
    throw haltOf(error, db.name);
  } finally {
    db.close();
    if (clean) rememberAsLeft(file);
  }
}

/** Another account's queue: what is in flight there would be given up as lost here, though it is paid for. */
function notOurs({ settings }: EngineParts, owner: string): string {
  const named = (profile: string | null): string => (profile ? `profile ${profile}` : 'no profile');
  const go = owner === '' ? 'Leave --profile out' : `Give --profile ${owner}`;
  return `The queue ${settings.dbPath} was begun with ${named(owner)}, and this command has ${named(settings.profile)}. A queue belongs to one account: what it has in flight, another one does not know, and it would be paid for again. ${go}, or name another file with --db or NIGHTSHIFT_DB. A profile that was renamed goes on with its queue under its old name. Nothing was stored or sent`;
}

/** Whoever leaves at once (a second Ctrl-C) leaves nothing unwritten that was answered. */
async function workToTheEnd<T>(stores: OpenStores, work: (stores: OpenStores) => Promise<T>): Promise<T> {
  const flush = (): void => stores.commits.flush();
  process.once('exit', flush);
  try {
    return await work(stores);
  } finally {
    process.off('exit', flush);
    flush();
  }
}

/** A copy put in the place of a lost queue does not know what was paid for after it was made. */
function warnOfBackup(parts: EngineParts, db: QueueDb): void {
  const madeAt = restoredFrom(db);
  if (madeAt === null) return;
  parts.output.warn(
    `this queue is a backup of ${new Date(madeAt).toISOString()}: what was submitted after that is not in it and is paid for again. Compare with \`${parts.suggest('history', null)}\``,
  );
}
