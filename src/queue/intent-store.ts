import { sha256 } from '../manifest/sha256.ts';
import { fingerprintOf } from '../plan/fingerprint.ts';
import type { JsonObject } from '../values/json.ts';
import type { Micros } from '../values/money.ts';
import { ATTEMPT_COLUMNS, type Attempt, type FrozenRequest, readAttempt } from './attempt-row.ts';
import { ControlStore } from './control-store.ts';
import type { StoredJob } from './job-row.ts';
import { InvariantError, Ledger } from './ledger.ts';
import { moveJob } from './move-job.ts';
import { oneCommit } from './one-commit.ts';
import type { QueueDb } from './open-queue.ts';

/** What the intent is checked against, in the transaction that writes it. Null: not limited, or not known. */
export interface SpendingRoom {
  /** Cap of the batch at this provider, to date; `stored`: the one that the batch has in this moment. */
  readonly cap: Micros | null | 'stored';
  /** What the account holds, less nothing: what is in flight and unknown is subtracted here. */
  readonly balance: Micros | null;
}

/** Whether an intent was written. */
export type IntentOutcome =
  | { readonly kind: 'written'; readonly attempt: Attempt }
  /** It does not fit: what is left for one job. */
  | { readonly kind: 'budget' | 'balance'; readonly room: Micros; readonly needed: Micros }
  /** Somebody has paused the batch. */
  | { readonly kind: 'paused' }
  /** A job that the history could not tell from it is being submitted or unknown. */
  | { readonly kind: 'twin' }
  /** Somebody canceled or changed it meanwhile. */
  | { readonly kind: 'gone' };

/** Writes intents: the step before any byte that pays. */
export class IntentStore {
  readonly #db: QueueDb;
  readonly #ledger: Ledger;
  readonly #control: ControlStore;

  constructor(db: QueueDb) {
    this.#db = db;
    this.#ledger = new Ledger(db);
    this.#control = new ControlStore(db);
  }

  /**
   * Commits the intent to pay: checks the cap and the balance against everything charged, in flight and unknown, freezes the request and
   * reserves the quote, all in one transaction. Only after it returns `written` may a byte leave. `theirs` is now on the provider's clock.
   */
  intend(
    job: StoredJob,
    params: JsonObject,
    request: FrozenRequest,
    room: SpendingRoom,
    now: number,
    theirs: number | null = null,
  ): IntentOutcome {
    return oneCommit(this.#db, (): IntentOutcome => {
      // In the transaction that writes: whoever paused the batch or changed its cap is obeyed from the moment that their command returned.
      if (this.#control.pausedAt(job.batchId) !== null) return { kind: 'paused' };
      const cap = room.cap === 'stored' ? (this.#control.caps(job.batchId)[job.provider] ?? null) : room.cap;
      const stored = this.#db
        .prepare(`SELECT fingerprint, quote FROM jobs WHERE seq = ? AND removed = 0 AND state = 'queued'`)
        .get(job.seq) as Pick<StoredJob, 'fingerprint' | 'quote'> | undefined;
      // The request was built from the job as it was read: a change since then is another job.
      if (!stored || stored.fingerprint !== job.fingerprint || stored.quote !== job.quote) return { kind: 'gone' };
      if (
        job.twinKey !== null &&
        this.#db.prepare(`SELECT 1 FROM jobs WHERE twin_key = ? AND state IN ('submitting', 'unknown') LIMIT 1`).get(job.twinKey)
      )
        return { kind: 'twin' };
      const needed = job.quote ?? 0;
      if (cap !== null) {
        if (job.quote === null)
          throw new InvariantError(`The price of ${job.id} (${job.model}) is not known, so no budget can hold it: add it to \`prices\``);
        const left = cap - this.#ledger.committed(job.batchId, job.provider);
        if (needed > left) return { kind: 'budget', room: left, needed };
      }
      if (room.balance !== null) {
        const left = room.balance - this.#ledger.outstandingOf(job.provider);
        if (needed > left) return { kind: 'balance', room: left, needed };
      }
      const { id, number } = this.#writeIntent(job, params, request, now, theirs);
      moveJob(this.#db, job.seq, 'queued', 'submitting', { attempt: number });
      this.#ledger.write(
        { batchId: job.batchId, attemptId: id, provider: job.provider, kind: 'reserve', amount: needed, note: 'intent' },
        now,
      );
      if (cap !== null && this.#ledger.committed(job.batchId, job.provider) > cap)
        throw new InvariantError(`Reserved, charged and unknown of ${job.provider} passed the cap`);
      return { kind: 'written', attempt: readAttempt(this.#db.prepare(`SELECT ${ATTEMPT_COLUMNS} FROM attempts WHERE id = ?`).get(id)) };
    });
  }

  /** The frozen request of an attempt, as committed. */
  frozen(attemptId: number): FrozenRequest {
    return this.#db.prepare('SELECT request AS text, request_sha256 AS sha256 FROM attempts WHERE id = ?').get(attemptId) as FrozenRequest;
  }

  #writeIntent(
    job: StoredJob,
    params: JsonObject,
    request: FrozenRequest,
    now: number,
    theirs: number | null,
  ): { readonly id: number; readonly number: number } {
    const latest = this.#latest(job.seq);
    const { provider, family, model, quote } = job;
    // A prompt that a person asked for is not what the manifest's fingerprint says.
    const fingerprint = job.askedPrompt === null ? job.fingerprint : fingerprintOf({ model, params, copy: job.copy }, sha256);
    const made = [JSON.stringify(params), request.text, request.sha256, quote, now, theirs, fingerprint, job.fingerprint] as const;
    const values = [provider, family, model, ...made, job.askedPrompt, job.twinKey, job.seq] as const;
    if (latest?.state === 'withdrawn') {
      this.#db
        .prepare(`UPDATE attempts SET state = 'submitting', provider = ?, family = ?, model = ?, params = ?, request = ?, request_sha256 = ?, quote = ?, intent_at = ?, intent_at_theirs = ?, fingerprint = ?, stands_for = ?,
            asked_prompt = ?, twin_key = ?, stood_with = (SELECT attempt FROM jobs WHERE seq = ?), adopted_for = NULL, warning = NULL, error = NULL, answer = NULL,
            submitted_at = NULL, completed_at = NULL
          WHERE id = ? AND state = 'withdrawn'`)
        .run(...values, latest.id);
      return latest;
    }
    const number = (latest?.number ?? 0) + 1;
    const id = this.#db
      .prepare(`INSERT INTO attempts (state, provider, family, model, params, request, request_sha256, quote, intent_at, intent_at_theirs, fingerprint, stands_for, asked_prompt, twin_key, stood_with,
          job_seq, number, batch_id)
        VALUES ('submitting', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT attempt FROM jobs WHERE seq = ?), ?, ?, ?)`)
      .run(...values, job.seq, number, job.batchId).lastInsertRowid;
    return { id: Number(id), number };
  }

  #latest(jobSeq: number): { id: number; number: number; state: string } | undefined {
    return this.#db.prepare('SELECT id, number, state FROM attempts WHERE job_seq = ? ORDER BY number DESC LIMIT 1').get(jobSeq) as
      | { id: number; number: number; state: string }
      | undefined;
  }
}
