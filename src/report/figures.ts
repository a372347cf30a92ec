import type { FailureClass } from '../job-type/outcomes.ts';
import type { Micros } from '../values/money.ts';
import type { ReportState, SoughtSlots } from './report-input.ts';

/** The cost report as data: every amount in micros, every time in milliseconds. Renderers turn it into words, none of them adds anything up. */
export interface ReportFigures {
  readonly batch: string;
  /** What commands to copy need to mean this queue; left out: nothing. */
  readonly queueFlags?: readonly string[];
  readonly stopped: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly time: TimeFigures;
  readonly jobs: JobCounts;
  /** Jobs that money was spent on and that the manifest no longer has. */
  readonly removed: number;
  readonly providers: readonly ProviderFigures[];
  /** Failed and rejected jobs by cause, most jobs first. */
  readonly failures: readonly FailureGroup[];
  readonly unknown: Listed<UnknownJob>;
  /** Paid for, and the files can no longer be had. */
  readonly lost: Listed<LostJob>;
  /** Done, with fewer outputs than asked for. */
  readonly short: Listed<ShortJob>;
  readonly outputs: { readonly files: number; readonly bytes: number };
  /** Slot limits that are sought within a range, with the size found so far. */
  readonly slots: readonly SoughtSlots[];
  readonly requests: { readonly submit: number; readonly poll: number; readonly other: number; readonly throttled: number };
}

/** Jobs by state, with their sum. */
export type JobCounts = Readonly<Record<ReportState | 'total', number>>;

/** A list cut to a bound, and how many there are in truth. */
export interface Listed<T> {
  readonly count: number;
  readonly listed: readonly T[];
}

/** How long the batch took. */
export interface TimeFigures {
  /** Wall time worked, all runs together. */
  readonly workedMs: number;
  /** Finished jobs an hour of that; null where nothing is finished or no time was worked. */
  readonly jobsPerHour: number | null;
}

/** Sums of money. `net` is charged less refunded; `unknown` is what jobs of unknown outcome may have cost. */
export interface Sums {
  /** Those that the manifest has. */
  readonly jobs: number;
  /** Others that money was spent on: in what is quoted, charged, refunded and on disk, and nowhere else. */
  readonly removed: number;
  /** Of every attempt that was made, and of what is queued: to be held against `charged`. */
  readonly quoted: Micros;
  /** Jobs whose price is not known: they are in `jobs` and not in `quoted`. */
  readonly unpricedJobs: number;
  readonly charged: Micros;
  readonly refunded: Micros;
  readonly net: Micros;
  readonly unknown: Micros;
}

/** One provider. The sums are the ledger's; the models' are added up from the jobs; where they differ, `gaps` says by how much. */
export interface ProviderFigures extends Sums {
  readonly name: string;
  readonly unit: string;
  readonly reserved: Micros;
  readonly models: readonly ModelFigures[];
  readonly gaps: readonly SumGap[];
  readonly balance: BalanceFigures;
}

/** One model of a provider. */
export interface ModelFigures extends Sums {
  readonly model: string;
  readonly done: number;
  /** Failed and rejected. */
  readonly failed: number;
  readonly files: number;
  readonly bytes: number;
  /** From submission to completion of finished jobs, to three significant figures; null where none is finished. */
  readonly latency: { readonly jobs: number; readonly medianMs: number; readonly p90Ms: number } | null;
}

/** A sum that the ledger and the jobs do not agree on. */
export interface SumGap {
  readonly field: 'charged' | 'refunded' | 'unknown';
  readonly ledger: Micros;
  readonly jobs: Micros;
  /** `ledger - jobs`. */
  readonly difference: Micros;
}

/** What the account says against what is booked. */
export interface BalanceFigures {
  readonly before: Micros | null;
  readonly after: Micros | null;
  readonly from: 'account' | 'answers' | 'nowhere';
  /** Charged less refunded of other batches in the same time. */
  readonly otherBatches: Micros;
  /** `(before - after) - net`; null without both balances. */
  readonly difference: Micros | null;
  /**
   * `reconciles`: nothing to explain. `explained`: other batches account for it exactly. `possible`: open jobs or refunds could account for it.
   * `unexplained`: something else moved the balance. `unchecked`: no balance to compare with.
   */
  readonly verdict: 'reconciles' | 'explained' | 'possible' | 'unexplained' | 'unchecked';
  /** The same in a sentence or two. */
  readonly explanation: string;
}

/** Failed jobs of one cause at one provider. */
export interface FailureGroup {
  readonly provider: string;
  readonly unit: string;
  readonly class: FailureClass;
  /** The API's words; where they differ from job to job in ids and numbers only, with `<id>`, `<n>`, `<url>` in their place. */
  readonly message: string;
  readonly jobs: number;
  /** Jobs by the verdict on whether they were paid. */
  readonly charged: { readonly yes: number; readonly no: number; readonly unknown: number };
  /** Charged less refunded of these jobs. */
  readonly net: Micros;
  /** What those with an unknown verdict and no booking may have cost. */
  readonly unknown: Micros;
  /** The first few ids. */
  readonly examples: readonly string[];
}

/** A job whose outcome is not known. */
export interface UnknownJob {
  readonly id: string;
  readonly model: string;
  readonly provider: string;
  readonly unit: string;
  readonly attempt: number;
  readonly submittedAt: number | null;
  /** What it may have cost; null where the price is not known. */
  readonly mayCost: Micros | null;
  readonly message: string | null;
}

/** A job that is paid and whose files are gone. */
export interface LostJob {
  readonly id: string;
  readonly model: string;
  readonly unit: string;
  readonly remoteId: string | null;
  readonly net: Micros;
  readonly message: string;
}

/** A job that brought less than it asked for. */
export interface ShortJob {
  readonly id: string;
  readonly model: string;
  readonly files: number;
  readonly warning: string;
}
