import type { QueueDb } from './open-queue.ts';

/** Runs a change as one commit; inside another one it stands or falls with that. Nobody may catch what it throws and go on in there. */
export function oneCommit<T>(db: QueueDb, change: () => T): T {
  return db.inTransaction ? change() : db.transaction(change).immediate();
}
