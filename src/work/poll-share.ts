/** Of a limit, what polls may be planned with; the rest is for looks at the account and for the moments when polls meet. */
export const PLANNED_SHARE = 0.95;

/** The shared request limit, divided among the jobs that are polled. */
export class PollShare {
  readonly #usable: number | null;
  readonly #jobs = new Set<SharingJob>();

  /** Requests a minute; null without a limit. */
  constructor(perMinute: number | null) {
    this.#usable = perMinute === null ? null : perMinute * PLANNED_SHARE;
  }

  /** Lets one more job share, until it leaves. */
  join(): SharingJob {
    const job: SharingJob = {
      planned: 0,
      allowed: () => this.#allowed(job),
      leave: () => {
        this.#jobs.delete(job);
      },
    };
    this.#jobs.add(job);
    return job;
  }

  /** What the others do not plan to use, and never less than an equal part: long jobs, which need few polls, leave theirs to short ones. */
  #allowed(job: SharingJob): number | null {
    if (this.#usable === null) return null;
    let others = 0;
    for (const each of this.#jobs) if (each !== job) others += each.planned;
    return Math.max(this.#usable / this.#jobs.size, this.#usable - others);
  }
}

/** One job's part of the limit. */
export interface SharingJob {
  /** Requests a minute that it plans to take, its submission included. */
  planned: number;
  /** Requests a minute that it may take; null without a limit. */
  allowed(): number | null;
  leave(): void;
}
