import type { QueueDb } from './open-queue.ts';

/**
 * Writes down whose queue it is, by the profile ('' without one), unless that was done before: then it returns the one that it belongs to.
 * A queue without a batch belongs to nobody yet.
 */
export function claimQueue(db: QueueDb, profile: string): string {
  return db
    .transaction(() => {
      const owner = db.prepare('SELECT profile FROM owner WHERE EXISTS (SELECT 1 FROM batches)').pluck().get() as string | undefined;
      if (owner !== undefined) return owner;
      db.prepare('INSERT OR REPLACE INTO owner (id, profile) VALUES (1, ?)').run(profile);
      return profile;
    })
    .immediate();
}
