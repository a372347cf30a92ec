import type { Micros } from '../values/money.ts';
import type { QueueDb } from './open-queue.ts';

/** What is of unknown outcome at one provider, and sent again should it prove never to have arrived. */
export interface UnknownSum {
  readonly provider: string;
  readonly jobs: number;
  readonly quoted: Micros;
}

/** What a run of the staged jobs could send again, by provider: meant by it and the same in the manifest. With `pilot`, of the pilot only. */
export function stagedUnknown(db: QueueDb, batchId: number | null, pilot: boolean): readonly UnknownSum[] {
  return db
    .prepare(`SELECT s.provider, count(*) AS jobs, coalesce(sum(j.quote), 0) AS quoted FROM jobs j JOIN temp.staged s ON s.id = j.id
      WHERE j.batch_id = ? AND j.state IN ('submitting', 'unknown') AND j.fingerprint = s.fingerprint AND s.picked AND (s.pilot OR NOT ?)
      GROUP BY s.provider ORDER BY s.provider`)
    .all(batchId, pilot ? 1 : 0) as UnknownSum[];
}
