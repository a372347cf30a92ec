import type { Failure, Handle, ResultFile } from '../job-type/outcomes.ts';
import type { Micros } from '../values/money.ts';
import { urlExpiry } from '../values/url-expiry.ts';
import { AnswerBook } from './answer-book.ts';
import { AttemptReads } from './attempt-reads.ts';
import type { Attempt } from './attempt-row.ts';
import type { Ballast } from './ballast.ts';
import type { JobState } from './job-states.ts';
import { InvariantError } from './ledger.ts';
import { assertMoved, type JobChange, moveJob } from './move-job.ts';
import type { QueueDb } from './open-queue.ts';
import { type Settlement, SettlementBook } from './settlement.ts';

/** Every change of an attempt, each in one transaction with its job and its ledger entries. */
export class AttemptStore extends AttemptReads {
  /** What the API answered, written with the next change that it brings. */
  readonly answers: AnswerBook;
  readonly #db: QueueDb;
  readonly #settle: SettlementBook;
  readonly #redact: (text: string) => string;
  readonly #ballast: Pick<Ballast, 'keep'> | null;

  /** `redact` takes what is secret out of an error's words before they are stored: an API may echo a part of the key. `ballast`: the room for answers when the disk is full. */
  constructor(db: QueueDb, redact: (text: string) => string = (text) => text, ballast: Pick<Ballast, 'keep'> | null = null) {
    super(db);
    this.#db = db;
    this.#redact = redact;
    this.#ballast = ballast;
    this.#settle = new SettlementBook(db);
    this.answers = new AnswerBook(db, redact);
  }

  /** The API took it: keeps every id before anything else is done with them. */
  accept(attempt: Attempt, handle: Handle, from: 'submitting' | 'unknown', now: number): void {
    this.#keep(() => {
      for (const remoteId of handle.ids) this.#bindId(attempt, remoteId);
      const taken = this.#db
        .prepare(
          `UPDATE attempts SET state = 'processing', remote_id = ?, handle = ?, submitted_at = ?, error = NULL WHERE id = ? AND state = ?`,
        )
        .run(handle.ids[0] ?? null, JSON.stringify(handle), now, attempt.id, from);
      assertMoved(taken.changes, attempt.id, from);
      moveJob(this.#db, attempt.jobSeq, from, 'processing', { submitted_at: now, error: null });
    });
  }

  /** Books what the API says it took, and releases the reservation. A later, different figure is booked as a correction. */
  charge(attemptId: number, amount: Micros, now: number): void {
    this.#keep(() => this.#settle.charge(this.byId(attemptId), amount, 'the answer', now));
  }

  /**
   * The answer to the submission holds the result: its ids, files and money in one transaction. Where there is nothing to poll, a
   * process that ended between `accept` and `complete` would have left a paid job that no status request can finish.
   */
  finish(
    attempt: Attempt,
    handle: Handle,
    from: 'submitting' | 'unknown',
    files: readonly ResultFile[],
    money: Settlement,
    warning: string | null,
    now: number,
  ): void {
    this.#keep(() => {
      // It was sent when it was intended: counted from its answer, it would have taken no time.
      this.accept(attempt, handle, from, attempt.intentAt);
      this.complete(attempt.id, files, money, warning, now);
    });
  }

  /** It was generated: the files are known and paid for. What no answer priced is booked at the quote. */
  complete(attemptId: number, files: readonly ResultFile[], money: Settlement, warning: string | null, now: number): void {
    this.#commit(() => {
      const attempt = this.byId(attemptId);
      const told = warning && this.#redact(warning);
      this.#finishAttempt(attempt, 'processing', 'ready', null, now, { warning: told });
      this.#db.prepare('UPDATE attempts SET warning = ? WHERE id = ?').run(told, attempt.id);
      const insert = this.#db.prepare(
        'INSERT INTO outputs (attempt_id, position, role, kind, url, said_type, said_bytes, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      );
      for (const [position, file] of files.entries())
        insert.run(attempt.id, position, file.role, file.kind, file.url, file.mediaType, file.bytes, urlExpiry(file.url));
      this.#settle.success(attempt, money, now);
    });
  }

  /**
   * It was accepted and failed. A refund is booked where the answer reports one; where it says nothing and money was taken,
   * the refund stays open until evidence is found.
   */
  fail(attemptId: number, from: 'submitting' | 'processing', failure: Failure, money: Settlement, now: number): void {
    this.#keep(() => {
      const attempt = this.byId(attemptId);
      const verdict = this.#settle.failure(attempt, money, failure, now);
      this.#finishAttempt(attempt, from, 'failed', { ...failure, charged: verdict }, now);
    });
  }

  /** Refused before any charge. Rejected for good, or put back to the queue when the job is not to blame; the number is used again. */
  refuse(attemptId: number, failure: Failure, then: 'reject' | 'requeue', now: number): void {
    this.#keep(() => {
      const attempt = this.byId(attemptId);
      this.#settle.release(attempt, failure.class, now);
      if (then === 'reject') this.#finishAttempt(attempt, 'submitting', 'rejected', failure, now);
      else this.#withdraw(attempt, 'submitting', failure, now);
    });
  }

  /** No trustworthy answer: the reservation stays. */
  lose(attemptId: number, failure: Failure, now: number): void {
    this.#keep(() => {
      const attempt = this.byId(attemptId);
      const lost = this.#db
        .prepare(`UPDATE attempts SET state = 'unknown', error = ?, submitted_at = ? WHERE id = ? AND state = 'submitting'`)
        .run(this.#text(failure), now, attemptId);
      assertMoved(lost.changes, attemptId, 'submitting');
      moveJob(this.#db, attempt.jobSeq, 'submitting', 'unknown', { error: this.#text(failure), submitted_at: now });
    });
  }

  /**
   * Proven never to have been executed: the reservation is released, the job is queued, the number is used again. Only for proof:
   * what a person decides to send again may have been paid for, and is a new attempt.
   */
  absent(attemptId: number, note: string, now: number): void {
    this.#commit(() => {
      const attempt = this.byId(attemptId);
      this.#settle.release(attempt, note, now);
      this.#withdraw(attempt, 'unknown', null, now);
    });
  }

  /**
   * The person's word that an unknown outcome is given up: failed, with the quote booked as the charge that it may have been. Should the
   * account show later that nothing was taken, that is booked back like a refund.
   */
  abandon(attemptId: number, now: number): void {
    this.#commit(() => {
      const attempt = this.byId(attemptId);
      const failure: Failure = { class: 'transport', httpStatus: null, message: 'outcome unknown, given up', charged: 'unknown' };
      const verdict = this.#settle.failure(attempt, { charged: null, refunded: null }, failure, now);
      this.#finishAttempt(attempt, 'unknown', 'failed', { ...failure, charged: verdict }, now);
    });
  }

  /** The files are all on disk, or those that are not can no longer be had. Throws an InvariantError for `done` while one is pending. */
  settleOutputs(attemptId: number, lost: Failure | null, now: number): void {
    this.#commit(() => {
      const pending = this.#db.prepare(`SELECT count(*) FROM outputs WHERE attempt_id = ? AND state = 'pending'`).pluck().get(attemptId);
      if (lost === null && pending !== 0)
        throw new InvariantError(`The attempt ${attemptId} cannot be done: ${pending} of its files are not on disk`);
      this.#finishAttempt(this.byId(attemptId), 'ready', lost ? 'failed' : 'done', lost, now);
    });
  }

  /** Books a refund that evidence has shown, and says on the job whether it was charged in the end. An amount of 0 shows nothing and changes nothing. */
  bookRefund(attemptId: number, amount: Micros, note: string, now: number): void {
    if (amount <= 0) return;
    this.#commit(() => {
      this.#settle.refund(this.byId(attemptId), amount, note, now);
      const attempt = this.byId(attemptId);
      const verdict: Failure['charged'] = (attempt.refunded ?? 0) >= (attempt.charged ?? 0) ? 'no' : 'yes';
      this.#db
        .prepare(`UPDATE jobs SET error = json_set(error, '$.charged', ?) WHERE seq = ? AND attempt = ? AND error IS NOT NULL`)
        .run(verdict, attempt.jobSeq, attempt.number);
      this.#db
        .prepare(`UPDATE attempts SET error = json_set(error, '$.charged', ?) WHERE id = ? AND error IS NOT NULL`)
        .run(verdict, attemptId);
    });
  }

  /** Keeps further ids that a later answer names (`prompt_submission_id`), beside those of the handle. */
  keepIds(attemptId: number, other: Readonly<Record<string, string>>): void {
    if (Object.keys(other).length === 0) return;
    this.#db
      .prepare(
        `UPDATE attempts SET handle = json_set(handle, '$.other', json_patch(handle -> '$.other', ?)) WHERE id = ? AND handle IS NOT NULL`,
      )
      .run(JSON.stringify(other), attemptId);
  }

  /** After a process died: what it was submitting has left, perhaps, and nobody knows. Returns how many. */
  orphansToUnknown(now: number): number {
    const message = 'nightshift ended while the request was on its way';
    const failure: Failure = { class: 'transport', httpStatus: null, message, charged: 'unknown' };
    const orphans = this.#db.prepare(`SELECT id FROM attempts WHERE state = 'submitting'`).pluck().all() as number[];
    for (const id of orphans) this.lose(id, failure, now);
    return orphans.length;
  }

  #commit(change: () => void): void {
    this.answers.commit(change);
  }

  /** What the answer to a submission brought cannot be asked for again. Inside another commit it stands or falls with that one. */
  #keep(change: () => void): void {
    if (this.#ballast && !this.#db.inTransaction) this.#ballast.keep(() => this.#commit(change));
    else this.#commit(change);
  }

  #bindId(attempt: Attempt, remoteId: string): void {
    const owner = this.ownerOf(attempt.provider, attempt.family, remoteId);
    if (owner === attempt.id) return;
    if (owner !== null)
      throw new InvariantError(`The id ${remoteId} of ${attempt.family} was given to two attempts (${owner} and ${attempt.id})`);
    this.#db
      .prepare('INSERT INTO remote_ids (provider, family, remote_id, attempt_id) VALUES (?, ?, ?, ?)')
      .run(attempt.provider, attempt.family, remoteId, attempt.id);
  }

  #withdraw(attempt: Attempt, from: 'submitting' | 'unknown', failure: Failure | null, now: number): void {
    const error = this.#text(failure);
    const withdrawn = this.#db
      .prepare(`UPDATE attempts SET state = 'withdrawn', error = ?, completed_at = ? WHERE id = ? AND state = ?`)
      .run(error, now, attempt.id, from);
    assertMoved(withdrawn.changes, attempt.id, from);
    // The job stands again with the attempt that it stood with, if there was one: what was made then is not lost from sight.
    const stands = this.#db.prepare('SELECT max(1, stood_with) FROM attempts WHERE id = ?').pluck().get(attempt.id) as number;
    moveJob(this.#db, attempt.jobSeq, from, 'queued', { error, submitted_at: null, attempt: stands });
  }

  #finishAttempt(
    attempt: Attempt,
    from: JobState,
    to: 'ready' | 'done' | 'failed' | 'rejected',
    failure: Failure | null,
    now: number,
    change: JobChange = {},
  ): void {
    const error = this.#text(failure);
    // The end of the generation is what latency and throughput are measured by; saving the files, once or again, does not move it.
    const ended = from === 'ready' ? (attempt.completedAt ?? now) : now;
    const done = this.#db
      .prepare('UPDATE attempts SET state = ?, error = ?, completed_at = ? WHERE id = ? AND state = ?')
      .run(to, error, ended, attempt.id, from);
    assertMoved(done.changes, attempt.id, from);
    moveJob(this.#db, attempt.jobSeq, from, to, { error, completed_at: ended, ...change });
  }

  #text(failure: Failure | null): string | null {
    return failure && JSON.stringify({ ...failure, message: this.#redact(failure.message) });
  }
}
