import type { Micros } from '../../values/money.ts';
import type { JobOnItsWay, ProviderLoad } from './load-lines.ts';

/** What is said of a batch while nothing may be submitted. `unpause`: the command that ends it. */
export function pausedNote(unpause: string): string {
  return `paused; \`${unpause}\` goes on`;
}

/** Where a run stands: what the progress display shows. */
export interface ProgressSnapshot {
  readonly batch: string;
  /** Jobs of the batch, by what matters to someone who waits. `inFlight` is submitting, processing and ready. */
  readonly jobs: {
    readonly total: number;
    readonly done: number;
    readonly failed: number;
    readonly inFlight: number;
    readonly queued: number;
    readonly unknown: number;
  };
  readonly money: readonly {
    readonly provider: string;
    /** `credits`, `points`. */
    readonly unit: string;
    /** Charged less refunded, batch to date. */
    readonly spent: Micros;
    readonly reserved: Micros;
    /** Null: no cap. */
    readonly cap: Micros | null;
  }[];
  /** HTTP requests of this run. */
  readonly requests: number;
  /** Jobs finished a minute, over the last minutes; null while there is nothing to tell from. */
  readonly perMinute: number | null;
  /** Milliseconds until everything is generated, from and to; null when nothing is left. */
  readonly left: { readonly lowMs: number; readonly highMs: number } | null;
  /** How much of what each provider allows is used. */
  readonly providers: readonly ProviderLoad[];
  /** The jobs that are on their way for longest, and what they wait for. */
  readonly oldest: readonly JobOnItsWay[];
  /** What holds it up at the moment: `ulazai throttled until 02:14:05`. */
  readonly notes: readonly string[];
}
