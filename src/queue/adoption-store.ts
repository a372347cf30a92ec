import type { JsonObject } from '../values/json.ts';
import type { JobState } from './job-states.ts';
import type { QueueDb } from './open-queue.ts';
import { DEFINITION } from './staged-columns.ts';
import type { StagedDefinition } from './staged-reads.ts';

/** A staged job that is meant, beside what is stored of it. */
export interface AdoptionCandidate {
  readonly id: string;
  /** Null: it is not in the queue. */
  readonly seq: number | null;
  readonly state: JobState | null;
  /** Whether the queue has it as the manifest does. */
  readonly same: boolean;
  /** Whether its latest attempt ended with every file on disk. */
  readonly made: boolean;
  /** Paths of the files of its latest attempt. */
  readonly files: readonly string[];
  readonly before: StagedDefinition | null;
  readonly after: StagedDefinition;
}

type Row = Record<'id' | 'model' | 'params' | 'files', string> &
  Record<'staged' | 'copy' | 'made', number> & { seq: number | null; state: JobState | null; same: number | null } & {
    model0: string | null;
    params0: string;
    copy0: number;
  };

/** Binds edited jobs to what was made of them before. Works beside the staging table. */
export class AdoptionStore {
  readonly #db: QueueDb;

  constructor(db: QueueDb) {
    this.#db = db;
  }

  /** Streams the staged jobs that are meant, in manifest order. */
  *candidates(batchId: number): Generator<AdoptionCandidate> {
    const page =
      this.#db.prepare(`SELECT s.seq AS staged, s.id, s.model, s.params, s.copy, j.seq, j.state, j.fingerprint = s.fingerprint AS same,
        j.model AS model0, j.params AS params0, j.copy AS copy0, coalesce(a.state = 'done', 0) AS made,
        (SELECT json_group_array(o.path) FROM outputs o WHERE o.attempt_id = a.id AND o.state = 'saved') AS files
      FROM temp.staged s LEFT JOIN jobs j ON j.batch_id = ? AND j.id = s.id LEFT JOIN attempts a ON a.job_seq = j.seq AND a.number = j.attempt
      WHERE s.seq > ? AND s.picked ORDER BY s.seq LIMIT 1000`);
    for (let last = 0; ; ) {
      const rows = page.all(batchId, last) as Row[];
      const end = rows.at(-1);
      if (!end) return;
      for (const row of rows) {
        const { id, seq, state } = row;
        const before = row.model0 === null ? null : definition(row.model0, row.params0, row.copy0);
        const after = definition(row.model, row.params, row.copy);
        yield { id, seq, state, same: row.same === 1, made: row.made === 1, files: JSON.parse(row.files) as string[], before, after };
      }
      last = end.staged;
    }
  }

  /** Takes the staged definitions over and leaves the jobs done, in one transaction. No money moves. Throws when one has changed meanwhile. */
  adopt(seqs: readonly number[]): void {
    const set = DEFINITION.map((column) => `${column} = s.${column}`).join(', ');
    const take = this.#db.prepare(`UPDATE jobs AS j SET ${set}, state = 'done', removed = 0, held = 0, asked_prompt = NULL, error = NULL,
        submitted_at = coalesce(j.submitted_at, a.submitted_at), completed_at = coalesce(j.completed_at, a.completed_at)
      FROM temp.staged s, attempts a
      WHERE j.seq = ? AND s.id = j.id AND j.state IN ('done', 'queued', 'canceled') AND a.job_seq = j.seq AND a.number = j.attempt AND a.state = 'done'`);
    // An edit that comes and goes later finds the result again.
    const note = this.#db.prepare(`UPDATE attempts SET adopted_for = j.fingerprint FROM jobs j
      WHERE j.seq = ? AND attempts.job_seq = j.seq AND attempts.number = j.attempt`);
    // Another attempt that was asked for is called off with it, and there is nothing to go back to: kept, a later edit would find them again.
    const settled = ['regenerations', 'edits'].map((table) =>
      this.#db.prepare(`DELETE FROM ${table} WHERE job_seq = ? AND attempt = (SELECT attempt FROM jobs WHERE seq = ?)`),
    );
    this.#db
      .transaction(() => {
        for (const seq of seqs) {
          if (take.run(seq).changes !== 1) throw new Error(`Cannot adopt job ${seq}: its latest attempt is no longer finished`);
          note.run(seq);
          for (const forget of settled) forget.run(seq, seq);
        }
      })
      .immediate();
  }
}

function definition(model: string, params: string, copy: number): StagedDefinition {
  return { model, params: JSON.parse(params) as JsonObject, copy };
}
