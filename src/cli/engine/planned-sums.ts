import type { PlannedJob } from '../../plan/planned-job.ts';
import type { StagedCost, StagedCounts, StagedReads } from '../../queue/staged-reads.ts';

/** What a plan says of its jobs as a whole. */
export type PlanFigures = Pick<StagedReads, 'all' | 'counts' | 'costs'>;

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * The jobs of a batch that is not stored, added up as they are read: all of them are new and to be paid for, so that a plan of a million of them
 * needs no table to lay beside the queue.
 */
export class PlannedSums implements PlanFigures {
  readonly #costs = new Map<string, Sum>();
  #jobs = 0;
  #last: Sum | null = null;

  add(jobs: readonly PlannedJob[]): void {
    this.#jobs += jobs.length;
    for (const job of jobs) {
      const sum = this.#of(job);
      const { cost } = sum;
      const { quote } = job;
      cost.jobs++;
      cost.toPayJobs++;
      cost.publishingWouldSave += job.publishingWouldSave;
      if (quote === null) {
        cost.unpricedToPay++;
        continue;
      }
      sum.price ??= quote;
      if (sum.price !== quote) cost.samePrice = false;
      cost.priced++;
      cost.total += quote;
      cost.toPay += quote;
    }
  }

  all(): number {
    return this.#jobs;
  }

  counts(): StagedCounts {
    return { total: this.#jobs, new: this.#jobs, changed: 0, unchanged: 0, removed: 0, waiting: 0, kept: 0, back: 0 };
  }

  /** By model, in the order in which they come first. */
  costs(): readonly StagedCost[] {
    return [...this.#costs.values()].map(({ cost }) => cost);
  }

  #of({ provider, model, family }: PlannedJob): Sum {
    // Most follow one of their own kind.
    const last = this.#last;
    if (last !== null && last.cost.model === model && last.cost.provider === provider && last.cost.family === family) return last;
    const key = JSON.stringify([provider, model, family]);
    let sum = this.#costs.get(key);
    if (!sum) {
      sum = { cost: { provider, model, family, ...NOTHING }, price: null };
      this.#costs.set(key, sum);
    }
    this.#last = sum;
    return sum;
  }
}

interface Sum {
  readonly cost: Writable<StagedCost>;
  /** The first price that was known. */
  price: number | null;
}

const NOTHING = {
  jobs: 0,
  priced: 0,
  total: 0,
  toPayJobs: 0,
  toPay: 0,
  unpricedToPay: 0,
  samePrice: true,
  publishingWouldSave: 0,
} as const;
