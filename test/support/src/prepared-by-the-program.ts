import type { QueueDb } from '../../../src/queue/open-queue.ts';

/** Lies under a folder `src`, so that the watch over query plans takes it for the program. */
export function preparedByTheProgram(db: QueueDb, sql: string): void {
  db.prepare(sql);
}
