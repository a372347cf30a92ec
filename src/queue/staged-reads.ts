import type { JsonObject } from '../values/json.ts';
import type { Micros } from '../values/money.ts';
import type { JobState } from './job-states.ts';
import type { QueueDb } from './open-queue.ts';
import { CHANGED, inFlight, MADE_AGAIN, MADE_BEFORE, TAKEN_BACK, TAKES_CHANGE, TO_PAY } from './staged-columns.ts';

/** How the planned jobs compare with the stored ones (contract, section 5). Only those that are meant. */
export interface StagedCounts {
  readonly total: number;
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  /** In the queue and not in the manifest, whether marked by an earlier run or not yet. */
  readonly removed: number;
  /** Changed in the manifest while an earlier version is in flight: the change waits for the next run. */
  readonly waiting: number;
  /** Changed in a way that this run leaves alone. */
  readonly kept: number;
  /** Unchanged again, done with the result of an earlier attempt. */
  readonly back: number;
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

/** What a job is in one version. */
export interface StagedDefinition {
  readonly model: string;
  readonly params: JsonObject;
  readonly copy: number;
}

/** A job that the manifest and the queue do not have alike, or that is still to be made. */
export interface StagedDifference {
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly quote: Micros | null;
  /** State in the queue; null when it is not there. */
  readonly state: JobState | null;
  /** What is stored; null when nothing is, or when it is the same. */
  readonly before: StagedDefinition | null;
  readonly after: StagedDefinition;
  readonly pays: boolean;
  /** Paid for once, its files gone from the provider too. */
  readonly lost: boolean;
  /** The attempt whose result is taken again; null where none is. */
  readonly takesAgain: number | null;
}

type DifferenceRow = Record<'id' | 'provider' | 'model' | 'params', string> & {
  seq: number;
  copy: number;
  quote: Micros | null;
  state: JobState | null;
  model0: string | null;
  params0: string;
  copy0: number;
  same: number | null;
  pays: number;
  lost: number | null;
  takesAgain: number | null;
};

/** Which differences to list. */
const DIFFERENT = {
  new: 'j.seq IS NULL',
  changed: CHANGED,
  back: TAKEN_BACK,
  waiting: `j.fingerprint = s.fingerprint AND (j.state = 'queued' OR ${MADE_AGAIN})`,
} as const;

const GONE = 'j.batch_id = ? AND NOT EXISTS (SELECT 1 FROM temp.staged s WHERE s.id = j.id)';

/** The staged jobs beside the stored ones: reads only, in pages, so that a million need no memory. */
export class StagedReads {
  readonly #db: QueueDb;
  /** What was summed up last: over a million jobs it takes seconds. */
  #costs: { readonly batchId: number | null; readonly costs: readonly StagedCost[] } | null = null;

  constructor(db: QueueDb) {
    this.#db = db;
  }

  /** Which of the jobs that the manifest no longer has are meant; null: all. */
  #meansRemoved: ((seq: number) => boolean) | null = null;

  /** Leaves out of what is told of removed jobs those that are not selected: the staging table does not have them. */
  meanRemoved(means: (seq: number) => boolean): void {
    this.#meansRemoved = means;
  }

  /** To be called after every change of the table, by whoever made it: what was summed up before it is of other jobs. */
  forget(): void {
    this.#costs = null;
  }

  /** Compares with the stored batch; null for a batch that is not stored yet. */
  counts(batchId: number | null): StagedCounts {
    const row = this.#db
      .prepare(`SELECT coalesce(sum(s.picked), 0) AS total,
          coalesce(sum(s.picked AND j.seq IS NULL), 0) AS new,
          coalesce(sum(s.picked AND ${CHANGED}), 0) AS changed,
          coalesce(sum(s.picked AND (j.fingerprint = s.fingerprint OR ${TAKEN_BACK})), 0) AS unchanged,
          coalesce(sum(s.picked AND j.fingerprint <> s.fingerprint AND j.state IN (${inFlight})), 0) AS waiting,
          coalesce(sum(s.picked AND ${CHANGED} AND j.state NOT IN (${inFlight}) AND NOT ${TAKES_CHANGE}), 0) AS kept,
          coalesce(sum(s.picked AND ${TAKEN_BACK}), 0) AS back
        FROM temp.staged s LEFT JOIN jobs j ON j.batch_id = ? AND j.id = s.id`)
      .get(batchId) as Omit<StagedCounts, 'removed'>;
    return { ...row, removed: this.#countRemoved(batchId) };
  }

  #countRemoved(batchId: number | null): number {
    if (this.#meansRemoved === null) return this.#db.prepare(`SELECT count(*) FROM jobs j WHERE ${GONE}`).pluck().get(batchId) as number;
    let count = 0;
    for (const _ of this.removed(batchId)) count += 1;
    return count;
  }

  /** Jobs that were taken out of the queue by hand, and stay so: neither changed nor taken back. */
  canceled(batchId: number): number {
    return this.#db
      .prepare(`SELECT count(*) FROM jobs j JOIN temp.staged s ON s.id = j.id
        WHERE j.batch_id = ? AND j.state = 'canceled' AND s.picked AND j.fingerprint = s.fingerprint`)
      .pluck()
      .get(batchId) as number;
  }

  /** Failed and rejected jobs that stay so, meant by this run or not: the exit code is of the whole batch. */
  staysFailed(batchId: number): number {
    return this.#db
      .prepare(`SELECT count(*) FROM jobs j JOIN temp.staged s ON s.id = j.id
        WHERE j.batch_id = ? AND j.state IN ('failed', 'rejected') AND NOT (${TO_PAY} OR ${TAKEN_BACK})`)
      .pluck()
      .get(batchId) as number;
  }

  /** How many jobs the manifest has, meant by this run or not. */
  all(): number {
    return this.#db.prepare('SELECT count(*) FROM temp.staged').pluck().get() as number;
  }

  /** The price by model, of everything that is meant and of what is still to pay. */
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
        FROM temp.staged s LEFT JOIN jobs j ON j.batch_id = ? AND j.id = s.id WHERE s.picked
        GROUP BY s.provider, s.model, s.family ORDER BY min(s.seq)`)
      .all(batchId)
      .map((row) => ({ ...(row as StagedCost), samePrice: Boolean((row as { samePrice: unknown }).samePrice) }));
  }

  /** Streams the differences of one kind, in manifest order; `waiting` are the unchanged ones that are still to be made. */
  *differences(batchId: number | null, kind: keyof typeof DIFFERENT): Generator<StagedDifference> {
    const page =
      this.#db.prepare(`SELECT s.seq, s.id, s.provider, s.model, s.params, s.copy, s.quote, j.state, j.model AS model0, j.params AS params0,
        j.copy AS copy0, j.fingerprint = s.fingerprint AS same, ${TO_PAY} AS pays, ${MADE_AGAIN} AS lost, iif(${TAKEN_BACK}, ${MADE_BEFORE}, NULL) AS takesAgain
      FROM temp.staged s LEFT JOIN jobs j ON j.batch_id = ? AND j.id = s.id WHERE s.seq > ? AND s.picked AND ${DIFFERENT[kind]} ORDER BY s.seq LIMIT 1000`);
    for (let last = 0; ; ) {
      const rows = page.all(batchId, last) as DifferenceRow[];
      const end = rows.at(-1);
      if (!end) return;
      yield* rows.map(readDifference);
      last = end.seq;
    }
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

  /** Whether a job is done with the result of an earlier attempt when the staged jobs are applied. */
  isTakenBack(batchId: number, id: string): boolean {
    const sql = `SELECT 1 FROM temp.staged s JOIN jobs j ON j.batch_id = ? AND j.id = s.id WHERE s.id = ? AND s.picked AND ${TAKEN_BACK}`;
    return this.#db.prepare(sql).get(batchId, id) !== undefined;
  }

  /** Streams the ids of stored jobs that the manifest no longer has and that are meant, in queue order. */
  *removed(batchId: number | null): Generator<{ readonly seq: number; readonly id: string; readonly model: string }> {
    const page = this.#db.prepare(`SELECT j.seq, j.id, j.model FROM jobs j WHERE j.seq > ? AND ${GONE} ORDER BY j.seq LIMIT 1000`);
    for (let last = 0; ; ) {
      const rows = page.all(last, batchId) as { seq: number; id: string; model: string }[];
      const end = rows.at(-1);
      if (!end) return;
      yield* this.#meansRemoved === null ? rows : rows.filter(({ seq }) => this.#meansRemoved?.(seq));
      last = end.seq;
    }
  }
}

function readDifference(row: DifferenceRow): StagedDifference {
  const { id, provider, model, quote, state } = row;
  const before = row.model0 === null || row.same === 1 ? null : definition(row.model0, row.params0, row.copy0);
  return {
    id,
    provider,
    model,
    quote,
    state,
    before,
    after: definition(model, row.params, row.copy),
    pays: row.pays === 1,
    lost: row.lost === 1,
    takesAgain: row.takesAgain,
  };
}

function definition(model: string, params: string, copy: number): StagedDefinition {
  return { model, params: JSON.parse(params) as JsonObject, copy };
}
