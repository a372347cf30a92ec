import type { Micros } from '../values/money.ts';
import { IN_FLIGHT, type JobState } from './job-states.ts';
import type { QueueDb } from './open-queue.ts';
import type { UnknownSum } from './staged-unknown.ts';

/** A stored batch. */
export interface Batch {
  readonly id: number;
  readonly name: string;
  readonly manifest: string;
  /** Absolute path of the output folder. */
  readonly outDir: string;
  /** The caps that stand with it. What counts beside what was set by hand, the control store says. */
  readonly budget: Readonly<Record<string, Micros>> | null;
  /** Whether the budget is that of the manifest: leave to spend up to it. */
  readonly leave: boolean;
  readonly createdAt: number;
  readonly lastRunAt: number | null;
}

/** Counts and quotes of one provider's jobs in one state. */
export interface StateCount {
  readonly provider: string;
  readonly state: JobState;
  readonly jobs: number;
  readonly quoted: Micros;
}

const COLUMNS = 'id, name, manifest, out_dir AS outDir, budget, leave, created_at AS createdAt, last_run_at AS lastRunAt';

/** Batches by name. */
export class BatchStore {
  readonly #db: QueueDb;

  constructor(db: QueueDb) {
    this.#db = db;
  }

  byName(name: string): Batch | null {
    return this.#read(this.#db.prepare(`SELECT ${COLUMNS} FROM batches WHERE name = ?`).get(name));
  }

  /** The batch that was run last. */
  latest(): Batch | null {
    return this.#read(this.#db.prepare(`SELECT ${COLUMNS} FROM batches ORDER BY last_run_at DESC NULLS LAST, id DESC LIMIT 1`).get());
  }

  /** The batch run last among those that still have something to do without being asked: queued or in flight. */
  latestUnfinished(): Batch | null {
    return this.#read(
      this.#db
        .prepare(`SELECT ${COLUMNS} FROM batches b WHERE EXISTS (SELECT 1 FROM job_counts c WHERE c.batch_id = b.id AND c.jobs > 0
            AND c.state IN ('queued', 'submitting', 'processing', 'ready', 'unknown')) ORDER BY last_run_at DESC NULLS LAST, id DESC LIMIT 1`)
        .get(),
    );
  }

  /** Every batch, the one run last first. */
  all(): readonly Batch[] {
    return this.#db
      .prepare(`SELECT ${COLUMNS} FROM batches ORDER BY last_run_at DESC NULLS LAST, id DESC`)
      .all()
      .map((row) => this.#read(row)!);
  }

  /** Stores a batch, or brings its manifest, folder and budget up to date. */
  save(batch: Pick<Batch, 'name' | 'manifest' | 'outDir' | 'budget'> & { readonly leave?: boolean }, now: number): Batch {
    this.#db
      .prepare(`INSERT INTO batches (name, manifest, out_dir, budget, leave, created_at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET manifest = excluded.manifest, out_dir = excluded.out_dir, budget = excluded.budget, leave = excluded.leave`)
      .run(batch.name, batch.manifest, batch.outDir, batch.budget ? JSON.stringify(batch.budget) : null, batch.leave ? 1 : 0, now);
    return this.byName(batch.name)!;
  }

  /** Puts caps in the place of those of a batch. They are of a flag: no leave for later commands. */
  setBudget(batchId: number, budget: Readonly<Record<string, Micros>>): void {
    this.#db.prepare('UPDATE batches SET budget = ?, leave = 0 WHERE id = ?').run(JSON.stringify(budget), batchId);
  }

  counts(batchId: number): readonly StateCount[] {
    return this.#db
      .prepare(
        `SELECT provider, state, sum(jobs) AS jobs, sum(quoted) AS quoted FROM job_counts WHERE batch_id = ? AND jobs > 0 GROUP BY provider, state`,
      )
      .all(batchId) as StateCount[];
  }

  /** How many jobs the batch has, those included that its manifest no longer has. */
  total(batchId: number): number {
    return this.#db.prepare('SELECT count(*) FROM jobs WHERE batch_id = ?').pluck().get(batchId) as number;
  }

  /** What is queued and meant by the run that goes on, by provider. */
  waiting(batchId: number): readonly { readonly provider: string; readonly jobs: number; readonly quoted: Micros }[] {
    return this.meant(batchId, ['queued']);
  }

  /** What is in these states and meant by the run that goes on, by provider. */
  meant(
    batchId: number,
    states: readonly JobState[],
  ): readonly { readonly provider: string; readonly jobs: number; readonly quoted: Micros }[] {
    return this.#db
      .prepare(
        `SELECT provider, sum(jobs) AS jobs, sum(quoted) AS quoted FROM job_counts WHERE batch_id = ? AND state IN (${listed(states)}) AND held = 0 AND jobs > 0 GROUP BY provider ORDER BY provider`,
      )
      .all(batchId) as { provider: string; jobs: number; quoted: Micros }[];
  }

  /** What is of unknown outcome, by family, or may be after a run that died; `meant`: by the run that goes on. */
  unknown(batchId: number, { meant }: { readonly meant: boolean }): readonly UnknownSum[] {
    return this.#db
      .prepare(
        `SELECT provider, family, state, sum(jobs) AS jobs, sum(quoted) AS quoted FROM job_counts WHERE batch_id = ? AND state IN ('submitting', 'unknown')
          AND (held = 0 OR NOT ?) AND jobs > 0 GROUP BY provider, family, state ORDER BY provider, family, state`,
      )
      .all(batchId, meant ? 1 : 0) as UnknownSum[];
  }

  /** Should they come back to the queue, these are not to be submitted until a run means them. */
  hold(batchId: number, states: readonly JobState[]): void {
    this.#db.prepare(`UPDATE jobs SET held = 1 WHERE batch_id = ? AND state IN (${listed(states)}) AND held = 0`).run(batchId);
  }

  /** Jobs that came back to the queue and that the manifest, when it was last run, had otherwise or no more: only running it again lets them go. */
  otherwise(batchId: number): number {
    return this.#db
      .prepare(`SELECT coalesce(sum(jobs), 0) FROM job_counts WHERE batch_id = ? AND state = 'queued' AND held = 2`)
      .pluck()
      .get(batchId) as number;
  }

  /** Which jobs these are. */
  otherwiseSeqs(batchId: number): ReadonlySet<number> {
    if (this.otherwise(batchId) === 0) return new Set();
    const sql = `SELECT seq FROM jobs WHERE batch_id = ? AND state = 'queued' AND held = 2`;
    return new Set(this.#db.prepare(sql).pluck().all(batchId) as number[]);
  }

  /** Lets every job of the batch be submitted again that the manifest still has as it is, or those of them for which `means` holds. */
  mean(batchId: number, means: ((seq: number) => boolean) | null): void {
    const states = listed(['queued', ...IN_FLIGHT]);
    const rows = `batch_id = ? AND state IN (${states}) AND removed = 0 AND held <> 2`;
    if (means === null) {
      // Counted, so that a million jobs none of which is held need not be looked at.
      if (this.#db.prepare('SELECT 1 FROM job_counts WHERE batch_id = ? AND held = 1 AND jobs > 0 LIMIT 1').get(batchId) === undefined)
        return;
      this.#db.prepare(`UPDATE jobs SET held = 0 WHERE ${rows} AND held = 1`).run(batchId);
      return;
    }
    const hold = this.#db.prepare('UPDATE jobs SET held = ? WHERE seq = ? AND held <> ?');
    const page = this.#db.prepare(`SELECT seq FROM jobs WHERE ${rows} AND seq > ? ORDER BY seq LIMIT 1000`).pluck();
    this.#db
      .transaction(() => {
        for (let last = 0; ; ) {
          const seqs = page.all(batchId, last) as number[];
          const end = seqs.at(-1);
          if (end === undefined) return;
          for (const seq of seqs) {
            const held = means(seq) ? 0 : 1;
            hold.run(held, seq, held);
          }
          last = end;
        }
      })
      .immediate();
  }

  /** Queued jobs whose price is not known, by provider: no budget can hold them. */
  unpriced(batchId: number): readonly { readonly provider: string; readonly jobs: number }[] {
    return this.#db
      .prepare(
        `SELECT provider, count(*) AS jobs FROM jobs WHERE batch_id = ? AND quote IS NULL AND state = 'queued' AND removed = 0 AND held = 0 GROUP BY provider ORDER BY provider`,
      )
      .all(batchId) as { provider: string; jobs: number }[];
  }

  /** Providers with jobs whose price is not known, whatever their state: a sum of quotes would leave them out. */
  unpricedProviders(batchId: number): readonly string[] {
    return this.#db
      .prepare('SELECT DISTINCT provider FROM jobs WHERE batch_id = ? AND quote IS NULL AND removed = 0')
      .pluck()
      .all(batchId) as string[];
  }

  #read(row: unknown): Batch | null {
    if (!row) return null;
    const found = row as Omit<Batch, 'budget' | 'leave'> & { budget: string | null; leave: number };
    return {
      ...found,
      leave: found.leave === 1,
      budget: found.budget === null ? null : (JSON.parse(found.budget) as Record<string, Micros>),
    };
  }
}

/** For an IN (...). */
function listed(states: readonly JobState[]): string {
  return states.map((state) => `'${state}'`).join(', ');
}
