/** When to look at a job, milliseconds from its submission, ascending. */
export interface PollPlan {
  readonly looks: readonly number[];
  /** Polls that a job of this kind takes on average. */
  readonly expectedPolls: number;
}

/** What a plan is held to. */
export interface PlanLimits {
  /** Polls that a job may take on average. */
  readonly pollsPerJob: number;
  /** No two polls closer than this, milliseconds. */
  readonly minGapMs: number;
}

/** Moments that are considered. More would find little: the plan is followed with jitter. */
const GRID = 128;
/** A poll is worth at least this share of the least time between two: below, it saves nothing that anybody could notice. */
const LEAST_PRICE = 0.02;
/** And where no such time is set, this share of the longest length. */
const FREE_PRICE = 0.000_01;
/** Halvings of the range (on a logarithmic scale) in which the price of a poll is looked for. */
const ROUNDS = 12;

/**
 * The plan that wastes the least for lengths that are all equally likely (ascending, milliseconds, at least one).
 *
 * By dynamic programming from the end: looked at in one moment and not finished, the best next moment is the one with the smallest sum of the
 * price of a poll, the time that the slot stands idle if the job finishes before it, and what is still to come if it does not. The price of
 * a poll in milliseconds is found by bisection, so that a job takes as many polls on average as the request limit leaves for it.
 */
export function planPolls(lengths: Float64Array, limits: PlanLimits): PollPlan {
  const table = new Table(lengths, momentsOf(lengths), limits.minGapMs);
  const longest = lengths[lengths.length - 1]!;
  let low = Math.max(limits.minGapMs * LEAST_PRICE, longest * FREE_PRICE);
  const free = table.solve(low);
  if (free.expectedPolls <= limits.pollsPerJob) return free;
  let high = longest * 4;
  for (let round = 0; round < ROUNDS; round++) {
    const price = Math.sqrt(low * high);
    if (table.solve(price).expectedPolls > limits.pollsPerJob) low = price;
    else high = price;
  }
  return table.solve(high);
}

/** Half of the moments where the lengths are dense, half evenly spread, the last just after the longest. */
function momentsOf(lengths: Float64Array): Float64Array {
  const first = lengths[0]!;
  const last = lengths[lengths.length - 1]! * 1.001;
  const moments = new Set<number>([last]);
  const half = GRID / 2;
  for (let step = 1; step <= half; step++) {
    moments.add(first + ((last - first) * step) / half);
    moments.add(lengths[Math.max(0, Math.floor((lengths.length * step) / half) - 1)]! * 1.001);
  }
  return Float64Array.from(moments).sort();
}

/** Sums over the lengths, so that every interval is priced in constant time. */
class Table {
  readonly #moments: Float64Array;
  readonly #minGapMs: number;
  /** Lengths up to each moment, and their sum. */
  readonly #count: Float64Array;
  readonly #sum: Float64Array;
  readonly #total: number;

  constructor(lengths: Float64Array, moments: Float64Array, minGapMs: number) {
    this.#moments = moments;
    this.#minGapMs = minGapMs;
    this.#total = lengths.length;
    this.#count = new Float64Array(moments.length);
    this.#sum = new Float64Array(moments.length);
    let at = 0;
    let sum = 0;
    moments.forEach((moment, index) => {
      while (at < lengths.length && lengths[at]! <= moment) sum += lengths[at++]!;
      this.#count[index] = at;
      this.#sum[index] = sum;
    });
  }

  solve(price: number): PollPlan {
    const moments = this.#moments;
    const size = moments.length;
    // Index 0 is the submission, index i the moment i - 1.
    const cost = new Float64Array(size + 1);
    const polls = new Float64Array(size + 1);
    const next = new Int32Array(size + 1).fill(size);
    for (let from = size - 1; from >= 0; from--) {
      const before = from === 0 ? 0 : this.#count[from - 1]!;
      const summed = from === 0 ? 0 : this.#sum[from - 1]!;
      const since = from === 0 ? 0 : moments[from - 1]!;
      const running = this.#total - before;
      if (running === 0) continue;
      let best = Number.POSITIVE_INFINITY;
      let choice = size;
      for (let to = from + 1; to <= size; to++) {
        const moment = moments[to - 1]!;
        if (moment - since < this.#minGapMs && to < size) continue;
        const finished = this.#count[to - 1]! - before;
        const idle = moment * finished - (this.#sum[to - 1]! - summed);
        // Idle time only grows with the wait.
        if (price + idle / running >= best) break;
        const tried = price + (idle + (running - finished) * cost[to]!) / running;
        if (tried < best) {
          best = tried;
          choice = to;
        }
      }
      next[from] = choice;
      cost[from] = best;
      polls[from] = 1 + ((this.#total - this.#count[choice - 1]!) / running) * polls[choice]!;
    }
    const looks: number[] = [];
    for (let at = 0; at < size && (at === 0 || this.#count[at - 1]! < this.#total); ) {
      at = next[at]!;
      looks.push(moments[at - 1]!);
    }
    return { looks, expectedPolls: polls[0]! };
  }
}
