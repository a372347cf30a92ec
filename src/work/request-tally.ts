import type { RequestCounts } from '../queue/run-store.ts';

/** Counts what a run sends. */
export class RequestTally {
  readonly counts: RequestCounts = { submit: 0, poll: 0, other: 0, throttled: 0 };

  sent(kind: 'submit' | 'poll' | 'other'): void {
    this.counts[kind] += 1;
  }

  throttled(): void {
    this.counts.throttled += 1;
  }
}
