import type { PollOutcome } from '../job-type/outcomes.ts';

/** Two readings of `progress` agree when they lead to ends that are no further apart than this share. */
const AGREEMENT = 0.25;
/** Below it `progress` is a start-up figure, above it one that waits at "almost done". */
const PROGRESS = { from: 0.15, to: 0.95 } as const;

/**
 * How long a generation will take from its submission, as far as answers say, read with doubt. A remaining time may be a fixed text
 * ("2-3 minutes" in every answer), so a later one may only bring the end nearer, and one that has passed counts no more. `progress` may
 * be invented, so it counts once two readings in a row lead to the same end.
 */
export class SaidLength {
  #toldMs: number | null;
  #byProgressMs: number | null = null;
  #last: { readonly progress: number; readonly leadsTo: number } | null = null;

  /** What the answer to the submission expects, milliseconds; null when it does not say. */
  constructor(expectMs: number | null) {
    this.#toldMs = expectMs;
  }

  /** Milliseconds from the submission; null when nothing credible was said. */
  at(elapsedMs: number): number | null {
    const said = this.#byProgressMs ?? this.#toldMs;
    return said !== null && said > elapsedMs ? said : null;
  }

  /** Reads what an answer says so long after the submission. */
  saw({ progress, expectMs }: Extract<PollOutcome, { kind: 'running' }>, elapsedMs: number): void {
    if (expectMs !== null) this.#toldMs = Math.min(this.#toldMs ?? Number.POSITIVE_INFINITY, elapsedMs + expectMs);
    if (progress === null || progress < PROGRESS.from || progress > PROGRESS.to) return;
    const leadsTo = elapsedMs / progress;
    const last = this.#last;
    const agrees = last !== null && progress > last.progress && Math.abs(leadsTo / last.leadsTo - 1) <= AGREEMENT;
    this.#byProgressMs = agrees ? leadsTo : null;
    this.#last = { progress, leadsTo };
  }
}
