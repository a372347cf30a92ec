import type { PlannedJob } from '../plan/planned-job.ts';
import type { JsonObject } from '../values/json.ts';
import { assertTransition, type JobState } from './job-states.ts';
import type { QueueDb } from './open-queue.ts';
import { ASKED, CHANGED, COSMETIC, DEFINITION, inFlight, MADE_AGAIN, MADE_BEFORE, TAKEN_BACK, TAKES_CHANGE } from './staged-columns.ts';
import { type StagedDefinition, StagedReads } from './staged-reads.ts';

/** A staged job as a selection sees it. */
export interface StagedJob {
  readonly id: string;
  readonly model: string;
  /** A new job will be queued. */
  readonly state: JobState;
  readonly tags: readonly string[];
  readonly vars: JsonObject;
  readonly change: 'new' | 'changed' | 'unchanged';
}

/** Ids that are collected before they are written: a batch of a million changed jobs is not held in memory. */
const KEPT_AT_ONCE = 1_000;

/**
 * The jobs of a manifest beside the queue, in a temporary table: a million of them need no memory, nothing of the queue changes until
 * `apply`, and a plan never calls it. Works on a queue opened for reading only.
 */
export class Staging extends StagedReads {
  readonly #db: QueueDb;
  readonly #insert: (jobs: readonly PlannedJob[]) => void;

  constructor(db: QueueDb) {
    super(db);
    this.#db = db;
    db.exec(`DROP TABLE IF EXISTS temp.staged;
      CREATE TEMP TABLE staged (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, ${DEFINITION.join(', ')},
        -- Whether this run means the job; whether its kind of change makes it anew; whether lost files do.
        picked INTEGER NOT NULL DEFAULT 1, remake INTEGER NOT NULL DEFAULT 1, lost INTEGER NOT NULL DEFAULT 0,
        -- Whether it goes before the rest.
        pilot INTEGER NOT NULL DEFAULT 0)`);
    const columns = ['id', ...DEFINITION];
    const insert = db.prepare(`INSERT INTO temp.staged (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`);
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
          JSON.stringify(job.axes),
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
    this.forget();
    this.#insert(jobs);
  }

  /** Keeps of the jobs that are meant those that match, and returns how many they are. The others are left as they are by `apply`. */
  pick(batchId: number | null, matches: (job: StagedJob) => boolean): number {
    this.forget();
    const page = this.#db.prepare(`SELECT s.seq, s.id, s.model, s.tags, s.vars, coalesce(j.state, 'queued') AS state,
        CASE WHEN j.seq IS NULL THEN 'new' WHEN ${CHANGED} THEN 'changed' ELSE 'unchanged' END AS change
      FROM temp.staged s LEFT JOIN jobs j ON j.batch_id = ? AND j.id = s.id WHERE s.seq > ? AND s.picked ORDER BY s.seq LIMIT 1000`);
    const leave = this.#db.prepare('UPDATE temp.staged SET picked = 0 WHERE seq = ?');
    let kept = 0;
    const pickPage = this.#db.transaction(
      (rows: readonly (Omit<StagedJob, 'tags' | 'vars'> & Record<'tags' | 'vars', string> & { seq: number })[]) => {
        for (const row of rows) {
          if (matches({ ...row, tags: JSON.parse(row.tags), vars: JSON.parse(row.vars) })) kept += 1;
          else leave.run(row.seq);
        }
      },
    );
    for (let last = 0; ; ) {
      const rows = page.all(batchId, last) as Parameters<typeof pickPage>[0];
      const end = rows.at(-1);
      if (!end) return kept;
      pickPage(rows);
      last = end.seq;
    }
  }

  /** Which changes make a job anew: those of changed jobs for which `remakes` holds, and, with `lost`, the loss of paid files. */
  remake(batchId: number | null, remakes: (before: StagedDefinition, after: StagedDefinition) => boolean, lost: boolean): void {
    this.forget();
    if (lost) this.#db.exec('UPDATE temp.staged SET lost = 1');
    const keep = this.#db.prepare('UPDATE temp.staged SET remake = 0 WHERE id = ?');
    const keepAll = this.#db.transaction((ids: readonly string[]) => {
      for (const id of ids) keep.run(id);
    });
    let ids: string[] = [];
    for (const { id, before, after } of this.differences(batchId, 'changed')) {
      if (before && !remakes(before, after)) ids.push(id);
      if (ids.length < KEPT_AT_ONCE) continue;
      // What is read of the rest does not depend on what is written here.
      keepAll(ids);
      ids = [];
    }
    keepAll(ids);
  }

  /**
   * Makes the staged jobs the batch's jobs, in one transaction: new ones are queued, changed ones that are meant and not in flight are queued
   * again, names, tags and order of unchanged ones are brought up to date, and what the manifest no longer has is marked, never deleted. What is
   * in flight is marked only by a later call: until then it is counted, polled and collected like any other, since it is paid for. What is not
   * meant is held: it stays queued until a run means it. What is in flight otherwise than the manifest has it is held until the next call. A change
   * that is taken back leaves the job done with the result that it had before: the caller gives the files their names.
   */
  apply(batchId: number, now: number): void {
    this.forget();
    const set = (columns: readonly string[]): string => columns.map((column) => `${column} = s.${column}`).join(', ');
    // A prompt that a person asked for is kept while the manifest's is the same, and with it what the history shows of it.
    const twinKey = 'iif(j.asked_prompt IS NULL, s.twin_key, j.twin_key)';
    const cosmetic = `${set(COSMETIC)}, twin_key = ${twinKey}`;
    const differs = `${COSMETIC.map((column) => `j.${column} IS NOT s.${column}`).join(' OR ')} OR j.twin_key IS NOT ${twinKey}`;
    const again = `state = 'queued', removed = 0, error = NULL, warning = NULL, submitted_at = NULL, completed_at = NULL`;
    const staged = 'FROM temp.staged s WHERE j.batch_id = ? AND j.id = s.id';
    const gone = 'NOT EXISTS (SELECT 1 FROM temp.staged s WHERE s.id = j.id)';
    this.#db
      .transaction(() => {
        this.#db.prepare(`UPDATE jobs AS j SET ${again} ${staged} AND ${MADE_AGAIN}`).run(batchId);
        for (const state of ['queued', 'canceled', 'failed', 'rejected'] as const) assertTransition(state, 'done');
        // A prompt that a person asked for comes back with the result that it was asked for.
        const asked = (theirs: string, other: string): string => `iif(made.stands_for = s.fingerprint, made.${theirs}, ${other})`;
        this.#db
          .prepare(`UPDATE jobs AS j SET ${set(DEFINITION.filter((column) => column !== 'twin_key'))}, twin_key = ${asked('twin_key', 's.twin_key')},
              asked_prompt = ${asked('asked_prompt', 'NULL')}, attempt = made.number, state = 'done', removed = 0, held = 0, error = NULL,
              warning = made.warning, submitted_at = made.submitted_at, completed_at = made.completed_at
            FROM temp.staged s, attempts made WHERE j.batch_id = ? AND j.id = s.id AND made.job_seq = j.seq AND made.number = ${MADE_BEFORE} AND ${TAKEN_BACK}`)
          .run(batchId);
        // What is done, with no more than another attempt of it asked for, can be had back by a cancel.
        const kept = DEFINITION.map((column) =>
          column === 'twin_key' ? 'iif(r.job_seq IS NULL, j.twin_key, r.twin_key_before)' : `j.${column}`,
        );
        this.#db
          .prepare(`INSERT OR REPLACE INTO edits (job_seq, attempt, ${DEFINITION.join(', ')}, asked_prompt, warning, submitted_at, completed_at)
            SELECT j.seq, j.attempt, ${kept.join(', ')}, iif(r.job_seq IS NULL, j.asked_prompt, r.prompt_before),
              iif(r.job_seq IS NULL, j.warning, r.warning_before), made.submitted_at, coalesce(j.completed_at, made.completed_at)
            FROM temp.staged s JOIN jobs j ON j.batch_id = ? AND j.id = s.id
              JOIN attempts made ON made.job_seq = j.seq AND made.number = j.attempt AND made.state = 'done'
              LEFT JOIN regenerations r ON r.job_seq = j.seq AND r.attempt = j.attempt AND r.fingerprint = j.fingerprint AND j.state = 'queued'
            WHERE (j.state = 'done' OR r.job_seq IS NOT NULL) AND ${TAKES_CHANGE}`)
          .run(batchId);
        const wish = (column: string): string => `(SELECT asked.${column} FROM regenerations asked WHERE ${ASKED})`;
        this.#db
          .prepare(`UPDATE jobs AS j SET ${set(DEFINITION.filter((column) => column !== 'twin_key'))}, asked_prompt = ${wish('prompt')},
            twin_key = iif(${wish('prompt')} IS NULL, s.twin_key, ${wish('twin_key')}), ${again} ${staged} AND ${TAKES_CHANGE}`)
          .run(batchId);
        this.#db
          .prepare(
            `UPDATE jobs AS j SET ${cosmetic}, removed = 0 ${staged} AND j.fingerprint = s.fingerprint AND (j.removed = 1 OR ${differs})`,
          )
          .run(batchId);
        this.#db.prepare(`UPDATE jobs AS j SET removed = 0 ${staged} AND j.removed = 1`).run(batchId);
        this.#db
          .prepare(`UPDATE jobs AS j SET removed = 1 WHERE j.batch_id = ? AND j.removed = 0 AND j.state NOT IN (${inFlight}) AND ${gone}`)
          .run(batchId);
        // Should what is in flight prove never to have arrived, it is not sent as it was when the manifest has it otherwise now, or no more.
        const held = 'iif(j.fingerprint = s.fingerprint, NOT s.picked, 2)';
        this.#db
          .prepare(`UPDATE jobs AS j SET held = ${held} ${staged} AND j.held <> ${held} AND j.state IN ('queued', ${inFlight})`)
          .run(batchId);
        this.#db
          .prepare(`UPDATE jobs AS j SET held = 2 WHERE j.batch_id = ? AND j.held <> 2 AND j.state IN (${inFlight}) AND ${gone}`)
          .run(batchId);
        this.#db
          .prepare(`INSERT INTO jobs (batch_id, id, ${DEFINITION.join(', ')}, held, created_at)
            SELECT ?, s.id, ${DEFINITION.map((column) => `s.${column}`).join(', ')}, NOT s.picked, ? FROM temp.staged s
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
