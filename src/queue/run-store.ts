import type { Micros } from '../values/money.ts';
import type { QueueDb } from './open-queue.ts';

/** How many requests of each kind a run sent. */
export interface RequestCounts {
  submit: number;
  poll: number;
  other: number;
  throttled: number;
}

/** One run of a batch. */
export interface Run {
  readonly id: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly workedMs: number;
  readonly stopped: string | null;
  readonly requests: RequestCounts;
}

/** A balance as it was seen. */
export interface BalancePair {
  readonly provider: string;
  readonly before: Micros | null;
  readonly beforeAt: number | null;
  readonly after: Micros | null;
  readonly afterAt: number | null;
  readonly source: 'account' | 'answers';
}

/** Runs of a batch, and the balances around them. */
export class RunStore {
  readonly #db: QueueDb;

  constructor(db: QueueDb) {
    this.#db = db;
  }

  begin(batchId: number, now: number): number {
    this.#db.prepare('UPDATE batches SET last_run_at = ? WHERE id = ?').run(now, batchId);
    return Number(this.#db.prepare('INSERT INTO runs (batch_id, started_at) VALUES (?, ?)').run(batchId, now).lastInsertRowid);
  }

  /** Keeps what the run has done so far, so that a killed run still shows its requests and time. */
  progress(runId: number, workedMs: number, requests: RequestCounts): void {
    this.#db.prepare('UPDATE runs SET worked_ms = ?, requests = ? WHERE id = ?').run(Math.round(workedMs), JSON.stringify(requests), runId);
  }

  /** `stopped` is null where none of the contract's words says it: something broke. */
  end(runId: number, now: number, workedMs: number, stopped: string | null, requests: RequestCounts): void {
    this.progress(runId, workedMs, requests);
    this.#db.prepare('UPDATE runs SET ended_at = ?, stopped = ? WHERE id = ?').run(now, stopped, runId);
  }

  /** Sets why a run ended, once the state of the batch has been weighed too. */
  conclude(batchId: number, stopped: string): void {
    this.#db.prepare('UPDATE runs SET stopped = ? WHERE id = (SELECT max(id) FROM runs WHERE batch_id = ?)').run(stopped, batchId);
  }

  latest(batchId: number): Run | null {
    const row = this.#db
      .prepare(
        'SELECT id, started_at AS startedAt, ended_at AS endedAt, worked_ms AS workedMs, stopped, requests FROM runs WHERE batch_id = ? ORDER BY id DESC LIMIT 1',
      )
      .get(batchId) as (Omit<Run, 'requests'> & { requests: string }) | undefined;
    if (!row) return null;
    return { ...row, requests: { submit: 0, poll: 0, other: 0, throttled: 0, ...(JSON.parse(row.requests) as Partial<RequestCounts>) } };
  }

  /** First start, time worked by all runs together, and all their requests. */
  totals(batchId: number): { readonly startedAt: number | null; readonly workedMs: number; readonly requests: RequestCounts } {
    const row = this.#db
      .prepare(`SELECT min(started_at) AS startedAt, coalesce(sum(worked_ms), 0) AS workedMs,
          coalesce(sum(requests ->> 'submit'), 0) AS submit, coalesce(sum(requests ->> 'poll'), 0) AS poll,
          coalesce(sum(requests ->> 'other'), 0) AS other, coalesce(sum(requests ->> 'throttled'), 0) AS throttled
        FROM runs WHERE batch_id = ?`)
      .get(batchId) as { startedAt: number | null; workedMs: number } & RequestCounts;
    const { startedAt, workedMs, submit, poll, other, throttled } = row;
    return { startedAt, workedMs, requests: { submit, poll, other, throttled } };
  }

  /** Keeps the balance at the batch's first run; later runs leave it alone. */
  balanceBefore(batchId: number, provider: string, balance: Micros, source: 'account' | 'answers', now: number): void {
    this.#db
      .prepare(`INSERT INTO balances (batch_id, provider, before, before_at, source) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET before = coalesce(before, excluded.before), before_at = coalesce(before_at, excluded.before_at)`)
      .run(batchId, provider, balance, now, source);
  }

  balanceAfter(batchId: number, provider: string, balance: Micros, source: 'account' | 'answers', now: number): void {
    this.#db
      .prepare(`INSERT INTO balances (batch_id, provider, after, after_at, source) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET after = excluded.after, after_at = excluded.after_at, source = excluded.source`)
      .run(batchId, provider, balance, now, source);
  }

  /** The balance of a provider as it was told last, in a run of whichever batch; null when it never was. */
  lastBalance(provider: string): { readonly amount: Micros; readonly at: number } | null {
    const row = this.#db
      .prepare(`SELECT coalesce(after, before) AS amount, coalesce(after_at, before_at) AS at FROM balances
        WHERE provider = ? AND coalesce(after, before) IS NOT NULL ORDER BY at DESC LIMIT 1`)
      .get(provider);
    return (row as { amount: Micros; at: number } | undefined) ?? null;
  }

  balances(batchId: number): readonly BalancePair[] {
    return this.#db
      .prepare('SELECT provider, before, before_at AS beforeAt, after, after_at AS afterAt, source FROM balances WHERE batch_id = ?')
      .all(batchId) as BalancePair[];
  }
}
