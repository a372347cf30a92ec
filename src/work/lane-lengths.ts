import type { JobType } from '../job-type/job-type.ts';
import type { LimitMemory } from '../queue/limit-memory.ts';
import { likelyLengths } from '../schedule/likely-lengths.ts';
import type { Clock } from '../values/clock.ts';

/** What is assumed of a generation of which nothing is documented or learned. Milliseconds. */
const UNKNOWN_MS = 30_000;
/** What was learned is read again after so long: it changes slowly, and a busy run asks at every job. Milliseconds. */
const KEPT_MS = 5_000;

/** How long one generation of each lane takes on average, as the order of jobs needs to know. */
export class LaneLengths {
  readonly #memory: Pick<LimitMemory, 'latencies'>;
  readonly #clock: Clock;
  readonly #kept = new Map<string, { readonly ms: number; readonly at: number }>();

  constructor(memory: Pick<LimitMemory, 'latencies'>, clock: Clock) {
    this.#memory = memory;
    this.#clock = clock;
  }

  /** Milliseconds. */
  of(lane: string, jobType: Pick<JobType, 'family' | 'pollHints'>): number {
    const now = this.#clock.mono();
    const kept = this.#kept.get(lane);
    if (kept && now - kept.at < KEPT_MS) return kept.ms;
    const lengths = likelyLengths(this.#memory.latencies(jobType.family, lane), jobType.pollHints, null);
    const ms = lengths.length === 0 ? UNKNOWN_MS : lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    this.#kept.set(lane, { ms, at: now });
    return ms;
  }
}
