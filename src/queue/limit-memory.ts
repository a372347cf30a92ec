import type { QueueDb } from './open-queue.ts';

/** Latencies kept of a bucket: enough for quantiles, few enough that old habits fade. */
const KEPT_LATENCIES = 200;

/** What limits and the poller remember across restarts. */
export class LimitMemory {
  readonly #db: QueueDb;

  constructor(db: QueueDb) {
    this.#db = db;
  }

  /** Requests of a window not older than `sinceMs` (wall clock), oldest first. */
  requests(provider: string, window: string, sinceMs: number): readonly number[] {
    return this.#db
      .prepare('SELECT at FROM request_log WHERE provider = ? AND window = ? AND at >= ? ORDER BY at')
      .pluck()
      .all(provider, window, sinceMs) as number[];
  }

  /** Records a request and forgets what no window holds any more. */
  recordRequest(provider: string, window: string, at: number, forgetBefore: number): void {
    this.#db.transaction(() => {
      this.#db.prepare('DELETE FROM request_log WHERE provider = ? AND window = ? AND at < ?').run(provider, window, forgetBefore);
      this.#db.prepare('INSERT INTO request_log (provider, window, at) VALUES (?, ?, ?)').run(provider, window, Math.round(at));
    })();
  }

  /** Durations of past generations of a bucket, milliseconds, in no order. */
  latencies(family: string, bucket: string): readonly number[] {
    return this.#db
      .prepare('SELECT ms FROM latencies WHERE family = ? AND bucket = ? ORDER BY id DESC LIMIT ?')
      .pluck()
      .all(family, bucket, KEPT_LATENCIES) as number[];
  }

  /** The middle of the recent durations of a family, milliseconds; null before there are any. */
  medianLatency(family: string): number | null {
    const recent = this.#db
      .prepare('SELECT ms FROM latencies WHERE family = ? ORDER BY id DESC LIMIT ?')
      .pluck()
      .all(family, KEPT_LATENCIES) as number[];
    if (recent.length === 0) return null;
    return recent.toSorted((a, b) => a - b)[Math.floor(recent.length / 2)]!;
  }

  recordLatency(family: string, bucket: string, ms: number, at: number): void {
    this.#db.prepare('INSERT INTO latencies (family, bucket, ms, at) VALUES (?, ?, ?, ?)').run(family, bucket, Math.round(ms), at);
    this.#db
      .prepare(
        `DELETE FROM latencies WHERE family = ? AND bucket = ? AND id <= coalesce((SELECT id FROM latencies WHERE family = ? AND bucket = ? ORDER BY id DESC LIMIT 1 OFFSET ?), -1)`,
      )
      .run(family, bucket, family, bucket, KEPT_LATENCIES);
  }
}
