import type { Failure } from '../job-type/outcomes.ts';
import type { Json } from '../values/json.ts';
import type { Micros } from '../values/money.ts';
import type { KeptAnswer } from './answer-book.ts';
import { ATTEMPT_COLUMNS, type Attempt, readAttempt } from './attempt-row.ts';
import type { LedgerKind } from './ledger.ts';
import type { QueueDb } from './open-queue.ts';

/** One line of the account book. */
export interface LedgerLine {
  readonly at: number;
  readonly kind: LedgerKind;
  readonly amount: Micros;
  readonly note: string;
}

/** An attempt with everything that is kept of it. */
export interface AttemptHistory extends Attempt {
  readonly request: Json;
  readonly requestSha256: string;
  readonly answers: readonly KeptAnswer[];
  readonly error: Failure | null;
  readonly refundOpen: boolean;
  readonly ledger: readonly LedgerLine[];
}

/** A result that a person did not want, and why. */
export interface Regeneration {
  readonly attempt: number;
  readonly at: number;
  readonly prompt: string | null;
  readonly note: string | null;
}

/** Everything that is kept of a job's attempts, first to last. */
export function attemptHistory(db: QueueDb, jobSeq: number): readonly AttemptHistory[] {
  const lines = db.prepare('SELECT at, kind, amount, note FROM ledger WHERE attempt_id = ? ORDER BY id');
  const rows = db
    .prepare(
      `SELECT ${ATTEMPT_COLUMNS}, request, request_sha256 AS requestSha256, answer, error, refund_open AS refundOpen
        FROM attempts WHERE job_seq = ? ORDER BY number`,
    )
    .all(jobSeq) as { id: number; request: string; answer: string | null; error: string | null; refundOpen: number }[];
  return rows.map((row) => {
    const { answer, ...attempt } = row;
    return {
      ...attempt,
      ...readAttempt(attempt),
      request: JSON.parse(row.request) as Json,
      answers: answer === null ? [] : (JSON.parse(answer) as KeptAnswer[]),
      error: row.error === null ? null : (JSON.parse(row.error) as Failure),
      refundOpen: row.refundOpen === 1,
      ledger: lines.all(row.id) as LedgerLine[],
    } as unknown as AttemptHistory;
  });
}

/** What a person did not want of a job's results, first to last. */
export function regenerationsOf(db: QueueDb, jobSeq: number): readonly Regeneration[] {
  return db.prepare('SELECT attempt, at, prompt, note FROM regenerations WHERE job_seq = ? ORDER BY attempt').all(jobSeq) as Regeneration[];
}
