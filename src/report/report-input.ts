import type { Failure } from '../job-type/outcomes.ts';
import type { JsonObject } from '../values/json.ts';
import type { Micros } from '../values/money.ts';

/** The states of a job (docs/job-states.md). */
export type ReportState = 'queued' | 'submitting' | 'processing' | 'ready' | 'done' | 'failed' | 'rejected' | 'canceled' | 'unknown';

/** Everything a report is computed from. Jobs are streamed, since a batch may hold a million. */
export interface ReportInput {
  readonly batch: string;
  /** What commands to copy need to mean this queue; left out: nothing. */
  readonly queueFlags?: readonly string[];
  /** Left out: none is sought. */
  readonly slots?: readonly SoughtSlots[];
  readonly stopped: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** Wall time actually worked, all runs together, milliseconds. */
  readonly workedMs: number;
  readonly providers: readonly ReportProvider[];
  readonly requests: { readonly submit: number; readonly poll: number; readonly other: number; readonly throttled: number };
  jobs(): Iterable<ReportJob>;
}

/** A number of slots that is sought within a range, and what was found. */
export interface SoughtSlots {
  readonly provider: string;
  /** `concurrency`, or another limit of the configuration. */
  readonly name: string;
  readonly size: number;
  readonly min: number;
  readonly max: number;
}

/** Money of one provider, from the ledger, batch to date. */
export interface ReportProvider {
  readonly name: string;
  readonly unit: string;
  readonly quoted: Micros;
  readonly reserved: Micros;
  readonly charged: Micros;
  readonly refunded: Micros;
  readonly unknown: Micros;
  /** At the batch's first run, and last seen; null where the provider has no balance to ask for or it was not reachable. */
  readonly balanceBefore: Micros | null;
  readonly balanceAfter: Micros | null;
  /** Whether the account was asked, but not since the latest bookings, so that what it said is no balance after them. Left out: no. */
  readonly balanceOld?: boolean;
  /** Charged less refunded of other batches between the two balances. */
  readonly otherBatches: Micros;
  /** Whether the balance comes from the provider's balance endpoint or only from its answers. */
  readonly balanceFrom: 'account' | 'answers' | 'nowhere';
}

/** One job, as far as a report needs it. */
export interface ReportJob {
  readonly id: string;
  readonly model: string;
  readonly provider: string;
  readonly state: ReportState;
  readonly attempt: number;
  readonly tags: readonly string[];
  readonly vars: JsonObject;
  readonly params: JsonObject;
  /** Of one attempt. */
  readonly quote: Micros | null;
  /** Of all its attempts, and of the next where it is queued: what `charged` is to be held against. Left out: `quote`. */
  readonly quoted?: Micros | null;
  readonly charged: Micros | null;
  readonly refunded: Micros | null;
  readonly remoteId: string | null;
  readonly error: Failure | null;
  /** A warning that does not fail it: fewer outputs than asked for. */
  readonly warning: string | null;
  readonly outputs: readonly { readonly path: string; readonly bytes: number; readonly sha256: string; readonly mediaType: string }[];
  readonly createdAt: number;
  readonly submittedAt: number | null;
  readonly completedAt: number | null;
  /** Of all its attempts: the times above are those of the one that it stands with. Left out: there is that one only. */
  readonly attempts?: readonly { readonly submittedAt: number; readonly completedAt: number | null; readonly done: boolean }[];
  /** The manifest no longer has it: its money and files count, it is none of the batch's jobs. */
  readonly removed?: boolean;
}
