import { allocate } from '../plan/allocate.ts';
import { cover, type Stratum } from '../plan/cover.ts';
import type { Json, JsonObject } from '../values/json.ts';
import type { QueueDb } from './open-queue.ts';
import { TO_PAY } from './staged-columns.ts';
import type { StagedReads } from './staged-reads.ts';

/** How many jobs a pilot takes: a number, or a share of those that would be paid for. */
export type PilotSize = { readonly jobs: number } | { readonly share: number };

/** Narrows the staged jobs that are meant down to a few. `key` puts their ids into an order that looks random and is always the same. */
export class StagedSample {
  readonly #db: QueueDb;
  readonly #staging: Pick<StagedReads, 'forget'>;

  constructor(db: QueueDb, staging: Pick<StagedReads, 'forget'>, key: (id: string) => string) {
    this.#db = db;
    this.#staging = staging;
    db.function('sample_key', { deterministic: true }, (id: unknown) => key(String(id)));
    db.function('stratum', { deterministic: true }, (model: unknown, vars: unknown, axes: unknown) =>
      JSON.stringify(features(String(model), JSON.parse(String(vars)) as JsonObject, JSON.parse(String(axes)) as string[])),
    );
  }

  /** The first in the manifest. */
  limit(most: number): void {
    this.#staging.forget();
    this.#db
      .prepare(
        'UPDATE temp.staged SET picked = 0 WHERE picked AND seq > (SELECT seq FROM temp.staged WHERE picked ORDER BY seq LIMIT 1 OFFSET ?)',
      )
      .run(most - 1);
  }

  /** So many of each model as its share is, at least one as far as they reach. */
  sample(most: number): void {
    this.#staging.forget();
    const sizes = this.#db.prepare('SELECT model, count(*) AS jobs FROM temp.staged WHERE picked GROUP BY model').all() as {
      model: string;
      jobs: number;
    }[];
    const leave = this.#db.prepare(`UPDATE temp.staged SET picked = 0 WHERE picked AND model = @model
      AND seq NOT IN (SELECT seq FROM temp.staged WHERE picked AND model = @model ORDER BY sample_key(id) LIMIT @places)`);
    for (const [model, places] of allocate(new Map(sizes.map(({ model, jobs }) => [model, jobs])), most)) leave.run({ model, places });
  }

  /**
   * Marks the pilot among the jobs that would be paid for, and those of an earlier pilot that are as they were: at least one of each model with
   * each value of the matrix, as far as they reach, then the combinations evenly. The same jobs each time. Returns how many they are.
   */
  pilot(batchId: number | null, size: PilotSize): number {
    this.#staging.forget();
    this.#db.exec('DROP TABLE IF EXISTS temp.pilot_candidates');
    this.#db
      .prepare(`CREATE TEMP TABLE pilot_candidates AS
        SELECT seq, stratum, key, row_number() OVER (PARTITION BY stratum ORDER BY key) AS rank FROM (
          SELECT s.seq AS seq, stratum(s.model, s.vars, s.axes) AS stratum, sample_key(s.id) AS key
          FROM temp.staged s LEFT JOIN jobs j ON j.batch_id = @batch AND j.id = s.id
          WHERE s.picked AND (${TO_PAY} OR EXISTS (SELECT 1 FROM pilots p WHERE p.job_seq = j.seq AND p.fingerprint = s.fingerprint)))`)
      .run({ batch: batchId });
    const count = (where: string): number =>
      this.#db.prepare(`SELECT count(*) FROM temp.pilot_candidates ${where}`).pluck().get() as number;
    const most = 'jobs' in size ? size.jobs : Math.max(1, Math.ceil(count('') * size.share));
    const reps = this.#db.prepare('SELECT seq, stratum FROM temp.pilot_candidates WHERE rank = 1 ORDER BY key');
    const strata = function* (): Generator<Stratum> {
      for (const row of reps.iterate()) {
        const { seq, stratum } = row as { seq: number; stratum: string };
        yield { seq, features: JSON.parse(stratum) as string[] };
      }
    };
    const first = count('WHERE rank = 1') > most ? cover(strata, most) : [];
    const mark = this.#db.prepare('UPDATE temp.staged SET pilot = 1 WHERE seq = ?');
    const rest = this.#db
      .prepare('SELECT seq FROM temp.pilot_candidates WHERE seq NOT IN (SELECT value FROM json_each(?)) ORDER BY rank, key LIMIT ?')
      .pluck();
    const chosen = [...first, ...(rest.all(JSON.stringify(first), most - first.length) as number[])];
    this.#db.transaction(() => {
      for (const seq of chosen) mark.run(seq);
    })();
    this.#db.exec('DROP TABLE temp.pilot_candidates');
    return chosen.length;
  }
}

/** The model first, then each value of the matrix with it. */
function features(model: string, vars: JsonObject, axes: readonly string[]): readonly string[] {
  const shown = (value: Json | undefined): string => JSON.stringify(value ?? null);
  return [model, ...axes.filter((name) => name in vars).map((name) => `${model} ${name}=${shown(vars[name])}`)];
}
