import type { Micros } from '../values/money.ts';
import type { StoredJob } from './job-row.ts';
import { assertTransition } from './job-states.ts';
import type { QueueDb } from './open-queue.ts';
import { DEFINITION } from './staged-columns.ts';

/** Another attempt of a finished job, as a person asked for it. */
export interface Wish {
  /** In the place of the manifest's; null for that of the manifest. */
  readonly prompt: string | null;
  /** What the history shows of the job with that prompt. */
  readonly twinKey: string | null;
  readonly note: string | null;
  /** sha-256 of the decision that asked for it; null without one. */
  readonly decision: string | null;
}

/** What taking jobs out of the queue came to. */
export interface TakenOut {
  /** Never to be made, until they are asked for again. */
  readonly canceled: number;
  /** Finished jobs whose further attempt is not to be made: `done` as before. */
  readonly restored: number;
  /** Of these the ones that the manifest had changed: the next run finds that change again. */
  readonly edits: number;
  /** What is not spent, by provider; null where a price is not known. */
  readonly quotes: Readonly<Record<string, Micros | null>>;
}

/** A finished job of which nothing but a further attempt was asked for. */
const RESTORABLE = `EXISTS (SELECT 1 FROM regenerations r JOIN attempts a ON a.job_seq = r.job_seq AND a.number = r.attempt
  WHERE r.job_seq = jobs.seq AND r.attempt = jobs.attempt AND r.fingerprint = jobs.fingerprint AND a.state = 'done')`;

/** A finished job that the manifest has otherwise now, with what it was before. */
const EDITED = `EXISTS (SELECT 1 FROM edits e JOIN attempts a ON a.job_seq = e.job_seq AND a.number = e.attempt
  WHERE e.job_seq = jobs.seq AND e.attempt = jobs.attempt AND e.fingerprint <> jobs.fingerprint AND a.state = 'done')`;

/** Puts finished jobs into the queue again, and takes jobs out of it, on the user's word. */
export class RegenerationStore {
  readonly #db: QueueDb;

  constructor(db: QueueDb) {
    this.#db = db;
  }

  /** Queues another attempt of a finished job. False when it is no longer done with that attempt. Inside the caller's transaction. */
  queue(job: StoredJob, wish: Wish, now: number): boolean {
    assertTransition('done', 'queued');
    const queued = this.#db
      .prepare(`UPDATE jobs SET state = 'queued', error = NULL, warning = NULL, submitted_at = NULL, completed_at = NULL, asked_prompt = ?, twin_key = ?
        WHERE seq = ? AND state = 'done' AND attempt = ? AND removed = 0`)
      .run(wish.prompt, wish.twinKey, job.seq, job.attempt);
    if (queued.changes !== 1) return false;
    this.#db
      .prepare(`INSERT OR REPLACE INTO regenerations (job_seq, attempt, at, prompt, twin_key, note, decision, fingerprint,
          prompt_before, twin_key_before, warning_before, completed_before)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
      .run(
        job.seq,
        job.attempt,
        now,
        wish.prompt,
        wish.twinKey,
        wish.note,
        wish.decision,
        job.fingerprint,
        job.askedPrompt,
        job.twinKey,
        job.warning,
        job.completedAt,
      );
    return true;
  }

  /** Whether a decision was carried out on an earlier attempt of the job. */
  wasCarriedOut(jobSeq: number, decision: string): number | null {
    const sql = 'SELECT attempt FROM regenerations WHERE job_seq = ? AND decision = ?';
    return (this.#db.prepare(sql).pluck().get(jobSeq, decision) as number | undefined) ?? null;
  }

  /** Whether taking this queued job out leaves it done, as it was before another attempt of it was asked for or the manifest changed it. */
  isRestorable(jobSeq: number): boolean {
    return this.#db.prepare(`SELECT 1 FROM jobs WHERE seq = ? AND (${RESTORABLE} OR ${EDITED})`).get(jobSeq) !== undefined;
  }

  /**
   * Takes these jobs out of the queue, those that are still in it, in one transaction. Safe beside a runner: it commits an intent only
   * for a job that is `queued` in that very transaction, so that a job is either canceled or submitted.
   */
  takeOut(seqs: Iterable<number>): TakenOut {
    assertTransition('queued', 'done');
    assertTransition('queued', 'canceled');
    const back = this.#db.prepare(`UPDATE jobs SET state = 'done', held = 0, asked_prompt = r.prompt_before, twin_key = r.twin_key_before,
        warning = r.warning_before, submitted_at = a.submitted_at, completed_at = r.completed_before
      FROM regenerations r JOIN attempts a ON a.job_seq = r.job_seq AND a.number = r.attempt
      WHERE jobs.seq = ? AND jobs.state = 'queued' AND r.job_seq = jobs.seq AND r.attempt = jobs.attempt AND ${RESTORABLE}`);
    const before = [...DEFINITION, 'asked_prompt', 'warning', 'submitted_at', 'completed_at'];
    const undo =
      this.#db.prepare(`UPDATE jobs SET state = 'done', held = 0, error = NULL, ${before.map((column) => `${column} = e.${column}`).join(', ')}
      FROM edits e WHERE jobs.seq = ? AND jobs.state = 'queued' AND e.job_seq = jobs.seq AND e.attempt = jobs.attempt AND ${EDITED}`);
    const forget = this.#db.prepare('DELETE FROM regenerations WHERE job_seq = ? AND attempt = (SELECT attempt FROM jobs WHERE seq = ?)');
    const cancel = this.#db.prepare(`UPDATE jobs SET state = 'canceled', error = NULL WHERE seq = ? AND state = 'queued'`);
    const price = this.#db.prepare('SELECT provider, quote FROM jobs WHERE seq = ?');
    let [canceled, restored, edits] = [0, 0, 0];
    const quotes: Record<string, Micros | null> = {};
    this.#db
      .transaction(() => {
        for (const seq of seqs) {
          // What is not spent is the price of the job as it is queued, not as it was made.
          const { provider, quote } = price.get(seq) as { provider: string; quote: Micros | null };
          if (back.run(seq).changes === 1) {
            forget.run(seq, seq);
            restored += 1;
          } else if (undo.run(seq).changes === 1) {
            forget.run(seq, seq);
            restored += 1;
            edits += 1;
          } else if (cancel.run(seq).changes === 1) canceled += 1;
          else continue;
          const sum = quotes[provider] === undefined ? 0 : quotes[provider];
          quotes[provider] = sum === null || quote === null ? null : sum + quote;
        }
      })
      .immediate();
    return { canceled, restored, edits, quotes };
  }
}
