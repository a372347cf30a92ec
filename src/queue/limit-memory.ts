import type { LearnedLimit } from '../job-type/learned-limit.ts';
import type { LengthSeen } from '../job-type/length-seen.ts';
import { oneCommit } from './one-commit.ts';
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
    oneCommit(this.#db, () => {
      this.#db.prepare('DELETE FROM request_log WHERE provider = ? AND window = ? AND at < ?').run(provider, window, forgetBefore);
      this.#db.prepare('INSERT INTO request_log (provider, window, at) VALUES (?, ?, ?)').run(provider, window, Math.round(at));
    });
  }

  /** What earlier runs learned of a slot limit; null before there was anything to learn. */
  slotLimit(provider: string, name: string): LearnedLimit | null {
    const learned = this.#db.prepare('SELECT learned FROM slot_limits WHERE provider = ? AND name = ?').pluck().get(provider, name);
    return learned === undefined ? null : (JSON.parse(learned as string) as LearnedLimit);
  }

  /** Remembers what was learned of a slot limit. `at`: wall clock. */
  keepSlotLimit(provider: string, name: string, learned: LearnedLimit, at: number): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO slot_limits (provider, name, learned, at) VALUES (?, ?, ?, ?)')
      .run(provider, name, JSON.stringify(learned), at);
  }

  /** How long past generations of a bucket took, in no order. */
  latencies(family: string, bucket: string): readonly LengthSeen[] {
    return this.#db
      .prepare('SELECT from_ms AS fromMs, to_ms AS toMs FROM latencies WHERE family = ? AND bucket = ? ORDER BY id DESC LIMIT ?')
      .all(family, bucket, KEPT_LATENCIES) as LengthSeen[];
  }

  /**
   * How long past generations took that are most like those of a lane: its own, or else those of its model (what stands before the first
   * `|`), or else those of its family.
   */
  latenciesLike(family: string, lane: string): readonly LengthSeen[] {
    const own = this.latencies(family, lane);
    if (own.length > 0) return own;
    const model = this.#latenciesBeginning(family, `${lane.split('|')[0]}|`);
    return model.length > 0 ? model : this.#latenciesBeginning(family, '');
  }

  #latenciesBeginning(family: string, beginning: string): readonly LengthSeen[] {
    return this.#db
      .prepare('SELECT from_ms AS fromMs, to_ms AS toMs FROM latencies WHERE family = ? AND bucket >= ? AND bucket < ? LIMIT ?')
      .all(family, beginning, `${beginning}\u{10ffff}`, 2 * KEPT_LATENCIES) as LengthSeen[];
  }

  /** Remembers how long a generation took. `at`: wall clock. */
  recordLatency(family: string, bucket: string, seen: LengthSeen, at: number): void {
    // One commit, not one for each statement: it is waited for until the disk has it.
    oneCommit(this.#db, () => {
      this.#db
        .prepare('INSERT INTO latencies (family, bucket, from_ms, to_ms, at) VALUES (?, ?, ?, ?, ?)')
        .run(family, bucket, Math.round(seen.fromMs), Math.round(seen.toMs), at);
      this.#db
        .prepare(
          `DELETE FROM latencies WHERE family = ? AND bucket = ? AND id <= coalesce((SELECT id FROM latencies WHERE family = ? AND bucket = ? ORDER BY id DESC LIMIT 1 OFFSET ?), -1)`,
        )
        .run(family, bucket, family, bucket, KEPT_LATENCIES);
    });
  }
}
