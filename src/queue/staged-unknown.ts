import type { Micros } from '../values/money.ts';
import type { QueueDb } from './open-queue.ts';

/** What is of unknown outcome in one family of a provider, and sent again should it prove never to have arrived. */
export interface UnknownSum {
  readonly provider: string;
  /** Which of them can prove that: not every API has a history. */
  readonly family: string;
  /** What is being sent is of unknown outcome only when its run has died. */
  readonly state: 'submitting' | 'unknown';
  readonly jobs: number;
  readonly quoted: Micros;
}

/** What a run of the staged jobs could send again, by family: meant by it and the same in the manifest. With `pilot`, of the pilot only. */
export function stagedUnknown(db: QueueDb, batchId: number | null, pilot: boolean): readonly UnknownSum[] {
  return db
    .prepare(`SELECT j.provider, j.family, j.state, count(*) AS jobs, coalesce(sum(j.quote), 0) AS quoted FROM jobs j JOIN temp.staged s ON s.id = j.id
      WHERE j.batch_id = ? AND j.state IN ('submitting', 'unknown') AND j.fingerprint = s.fingerprint AND s.picked AND (s.pilot OR NOT ?)
      GROUP BY j.provider, j.family, j.state ORDER BY j.provider, j.family, j.state`)
    .all(batchId, pilot ? 1 : 0) as UnknownSum[];
}
