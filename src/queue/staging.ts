import type { PlannedJob } from '../plan/planned-job.ts';
import type { JsonObject } from '../values/json.ts';
import type { Micros } from '../values/money.ts';
import { IN_FLIGHT, type JobState } from './job-states.ts';
import type { QueueDb } from './open-queue.ts';

/** How the planned jobs compare with the stored ones (contract, section 5). */
export interface StagedCounts {
  readonly total: number;
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly removed: number;
  /** Changed in the manifest while an earlier version is in flight: the change waits for the next run. */
  readonly waiting: number;
}

/** What is to pay at one provider, by model. */
export interface StagedCost {
  readonly provider: string;
  readonly model: string;
  readonly family: string;
  readonly jobs: number;
  readonly priced: number;
  readonly total: Micros;
  readonly toPayJobs: number;
  readonly toPay: Micros;
  readonly unpricedToPay: number;
  /** Whether all of them have one price. */
  readonly samePrice: boolean;
  readonly publishingWouldSave: Micros;
}

/** A job whose definition changed, with both versions. */
export interface ChangedJob {
  readonly id: string;
  readonly state: JobState;
  readonly before: { readonly model: string; readonly params: JsonObject; readonly copy: number };
  readonly after: { readonly model: string; readonly params: JsonObject; readonly copy: number };
}

type ChangedRow = Record<'id' | 'model0' | 'params0' | 'model' | 'params', string> & Record<'copy0' | 'copy', number> & { state: JobState };

const DEFINITION = [
  'model',
  'family',
  'provider',
  'params',
  'local_inputs',
  'vars',
  'tags',
  'copy',
  'fingerprint',
  'twin_key',
  'quote',
  'publishing_saves',
  'output',
  'outputs_asked',
  'priority',
] as const;

const COSMETIC = ['vars', 'tags', 'output', 'priority', 'quote', 'publishing_saves', 'local_inputs'] as const;

const inFlight = IN_FLIGHT.map((state) => `'${state}'`).join(', ');

/** A job that the next run pays for: new, changed and not in flight, or still queued. */
const TO_PAY = `(j.seq IS NULL OR j.state = 'queued' OR (j.fingerprint <> s.fingerprint AND j.state NOT IN (${inFlight})))`;

/**
 * The jobs of a manifest beside the queue, in a temporary table: a million of them need no memory, nothing of the queue changes until
 * `apply`, and a plan never calls it. Works on a queue opened for reading only.
 */
export class Staging {
  readonly #db: QueueDb;
  readonly #insert: (jobs: readonly PlannedJob[]) => void;
  /** What was summed up last: over a million jobs it takes seconds, and only `add` and `apply` change it. */
  #costs: { readonly batchId: number | null; readonly costs: readonly StagedCost[] } | null = null;

  constructor(db: QueueDb) {
    this.#db = db;
    db.exec(`DROP TABLE IF EXISTS temp.staged;
      CREATE TEMP TABLE staged (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, ${DEFINITION.join(', ')})`);
    const insert = db.prepare(`INSERT INTO temp.staged (id, ${DEFINITION.join(', ')}) VALUES (?, ${DEFINITION.map(() => '?').join(', ')})`);
    this.#insert = db.transaction((jobs: readonly PlannedJob[]) => {
      for (const job of jobs) {
        insert.run(
          job.id,
          job.model,
          job.family,
          job.provider,
          JSON.stringify(job.params),
          JSON.stringify(job.localInputs),
          JSON.stringify(job.vars),
          JSON.stringify(job.tags),
          job.copy,
          job.fingerprint,
          job.twinKey,
          job.quote,
          job.publishingWouldSave,
          job.output,
          job.outputsAsked,
          job.priority,
        );
      }
    });
  }

  /** Adds planned jobs; their ids have been checked to be unique. */
  add(jobs: readonly PlannedJob[]): void {
    this.#costs = null;
    this.#insert(jobs);
  }

  /** Compares with the stored batch; null for a batch that is not stored yet. */
  counts(batchId: number | null): StagedCounts {
    const row = this.#db
      .prepare(`SELECT count(*) AS total,
          coalesce(sum(j.seq IS NULL), 0) AS new,
          coalesce(sum(j.fingerprint <> s.fingerprint), 0) AS changed,
          coalesce(sum(j.fingerprint = s.fingerprint), 0) AS unchanged,
          coalesce(sum(j.fingerprint <> s.fingerprint AND j.state IN (${inFlight})), 0) AS waiting
        FROM temp.staged s LEFT JOIN jobs j ON j.batch_id = ? AND j.id = s.id`)
      .get(batchId) as Omit<StagedCounts, 'removed'>;
    const removed = this.#db
      .prepare(
        'SELECT count(*) AS removed FROM jobs j WHERE j.batch_id = ? AND j.removed = 0 AND NOT EXISTS (SELECT 1 FROM temp.staged s WHERE s.id = j.id)',
      )
      .get(batchId) as { removed: number };
    return { ...row, ...removed };
  }

  /** The price by model, of everything and of what is still to pay. */
  costs(batchId: number | null): readonly StagedCost[] {
    if (this.#costs?.batchId !== batchId || this.#costs === null) this.#costs = { batchId, costs: this.#sumCosts(batchId) };
    return this.#costs.costs;
  }

  #sumCosts(batchId: number | null): readonly StagedCost[] {
    return this.#db
      .prepare(`SELECT s.provider, s.model, s.family, count(*) AS jobs, min(s.quote) IS max(s.quote) AS samePrice, count(s.quote) AS priced, coalesce(sum(s.quote), 0) AS total,
          sum(${TO_PAY}) AS toPayJobs, coalesce(sum(CASE WHEN ${TO_PAY} THEN s.quote END), 0) AS toPay,
          sum(${TO_PAY} AND s.quote IS NULL) AS unpricedToPay,
          coalesce(sum(CASE WHEN ${TO_PAY} THEN s.publishing_saves END), 0) AS publishingWouldSave
        FROM temp.staged s LEFT JOIN jobs j ON j.batch_id = ? AND j.id = s.id
        GROUP BY s.provider, s.model, s.family ORDER BY min(s.seq)`)
      .all(batchId)
      .map((row) => ({ ...(row as StagedCost), samePrice: Boolean((row as { samePrice: unknown }).samePrice) }));
  }

  /** The changed jobs in manifest order, at most `limit`. */
  changed(batchId: number | null, limit: number): readonly ChangedJob[] {
    const rows = this.#db
      .prepare(`SELECT s.id, j.state, j.model AS model0, j.params AS params0, j.copy AS copy0, s.model, s.params, s.copy
        FROM temp.staged s JOIN jobs j ON j.batch_id = ? AND j.id = s.id WHERE j.fingerprint <> s.fingerprint ORDER BY s.seq LIMIT ?`)
      .all(batchId, limit) as ChangedRow[];
    return rows.map((row) => ({
      id: row.id,
      state: row.state,
      before: { model: row.model0, params: JSON.parse(row.params0) as JsonObject, copy: row.copy0 },
      after: { model: row.model, params: JSON.parse(row.params) as JsonObject, copy: row.copy },
    }));
  }

  /** Streams the jobs that the next run pays for, in manifest order. */
  *toPay(batchId: number | null): Generator<{ readonly id: string; readonly output: string; readonly outputsAsked: number }> {
    const page = this.#db.prepare(`SELECT s.seq, s.id, s.output, s.outputs_asked AS outputsAsked
      FROM temp.staged s LEFT JOIN jobs j ON j.batch_id = ? AND j.id = s.id WHERE s.seq > ? AND ${TO_PAY} ORDER BY s.seq LIMIT 1000`);
    for (let last = 0; ; ) {
      const rows = page.all(batchId, last) as { seq: number; id: string; output: string; outputsAsked: number }[];
      const end = rows.at(-1);
      if (!end) return;
      yield* rows;
      last = end.seq;
    }
  }

  /** Those of the given ids that the manifest has unchanged. */
  unchangedOf(batchId: number | null, ids: readonly string[]): string[] {
    const same = this.#db.prepare(
      'SELECT 1 FROM temp.staged s JOIN jobs j ON j.batch_id = ? AND j.id = s.id WHERE s.id = ? AND j.fingerprint = s.fingerprint',
    );
    return ids.filter((id) => same.get(batchId, id) !== undefined);
  }

  /** Ids that are new (not stored), in manifest order, at most `limit`. */
  newIds(batchId: number | null, limit: number): readonly string[] {
    return this.#db
      .prepare(
        'SELECT s.id FROM temp.staged s WHERE NOT EXISTS (SELECT 1 FROM jobs j WHERE j.batch_id = ? AND j.id = s.id) ORDER BY s.seq LIMIT ?',
      )
      .pluck()
      .all(batchId, limit) as string[];
  }

  /** Ids of stored jobs that the manifest no longer has, at most `limit`. */
  removedIds(batchId: number | null, limit: number): readonly string[] {
    return this.#db
      .prepare(
        'SELECT j.id FROM jobs j WHERE j.batch_id = ? AND j.removed = 0 AND NOT EXISTS (SELECT 1 FROM temp.staged s WHERE s.id = j.id) ORDER BY j.seq LIMIT ?',
      )
      .pluck()
      .all(batchId, limit) as string[];
  }

  /**
   * Makes the staged jobs the batch's jobs, in one transaction: new ones are queued, changed ones that are not in flight are queued again,
   * names, tags and order of unchanged ones are brought up to date, and what the manifest no longer has is marked, never deleted. What is in
   * flight is marked only by a later call: until then it is counted, polled and collected like any other, since it is paid for.
   */
  apply(batchId: number, now: number): void {
    this.#costs = null;
    const definition = DEFINITION.map((column) => `${column} = s.${column}`).join(', ');
    // A prompt that a person asked for is kept while the manifest's is the same, and with it what the history shows of it.
    const twinKey = 'iif(jobs.asked_prompt IS NULL, s.twin_key, jobs.twin_key)';
    const cosmetic = `${COSMETIC.map((column) => `${column} = s.${column}`).join(', ')}, twin_key = ${twinKey}`;
    const differs = `${COSMETIC.map((column) => `jobs.${column} IS NOT s.${column}`).join(' OR ')} OR jobs.twin_key IS NOT ${twinKey}`;
    this.#db
      .transaction(() => {
        this.#db
          .prepare(`UPDATE jobs SET ${definition}, state = 'queued', removed = 0, error = NULL, warning = NULL, asked_prompt = NULL,
              submitted_at = NULL, completed_at = NULL FROM temp.staged s
            WHERE jobs.batch_id = ? AND jobs.id = s.id AND jobs.fingerprint <> s.fingerprint AND jobs.state NOT IN (${inFlight})`)
          .run(batchId);
        this.#db
          .prepare(`UPDATE jobs SET ${cosmetic}, removed = 0 FROM temp.staged s
            WHERE jobs.batch_id = ? AND jobs.id = s.id AND jobs.fingerprint = s.fingerprint AND (jobs.removed = 1 OR ${differs})`)
          .run(batchId);
        this.#db
          .prepare(
            `UPDATE jobs SET removed = 1 WHERE batch_id = ? AND removed = 0 AND state NOT IN (${inFlight})
              AND NOT EXISTS (SELECT 1 FROM temp.staged s WHERE s.id = jobs.id)`,
          )
          .run(batchId);
        this.#db
          .prepare(`INSERT INTO jobs (batch_id, id, ${DEFINITION.join(', ')}, created_at)
            SELECT ?, s.id, ${DEFINITION.map((column) => `s.${column}`).join(', ')}, ? FROM temp.staged s
            WHERE NOT EXISTS (SELECT 1 FROM jobs j WHERE j.batch_id = ? AND j.id = s.id) ORDER BY s.seq`)
          .run(batchId, now, batchId);
      })
      .immediate();
  }

  /** Frees the temporary table. */
  drop(): void {
    this.#db.exec('DROP TABLE IF EXISTS temp.staged');
  }
}
