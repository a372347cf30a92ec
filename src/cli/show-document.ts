import type { Json } from '../values/json.ts';
import type { JobEntry } from './documents.ts';

/** `show --json`: one job, with everything that is kept of it. Money in the provider's unit, times in ISO 8601, paths relative to the output folder. */
export interface ShowDocument {
  readonly schema_version: 1;
  readonly job: ShownJob;
}

export interface ShownJob extends Omit<JobEntry, 'outputs'> {
  readonly batch: string;
  readonly provider: string;
  readonly unit: string;
  /** Why it is in its state, and what to do about it. */
  readonly why: string;
  readonly next: readonly string[];
  /** The manifest no longer has it. */
  readonly removed: boolean;
  readonly copy: number;
  readonly fingerprint: string;
  /** The path under the output folder, without extension, that the manifest asks for. */
  readonly output: string;
  /** A prompt that was asked for when it was regenerated, in the place of the one in `params`; null without. */
  readonly asked_prompt: string | null;
  readonly local_inputs: readonly { readonly field: string; readonly path: string; readonly sha256: string }[];
  /** Charged less refunded, all attempts. */
  readonly net: number;
  readonly warning: string | null;
  readonly attempts: readonly ShownAttempt[];
  /** Results that were not wanted, each with the attempt that was replaced. */
  readonly regenerations: readonly {
    readonly attempt: number;
    readonly at: string;
    readonly prompt: string | null;
    readonly note: string | null;
  }[];
}

export interface ShownAttempt {
  readonly attempt: number;
  readonly state: string;
  readonly model: string;
  readonly quote: number | null;
  readonly charged: number | null;
  readonly refunded: number | null;
  /** A refund that the documents promise has not been seen yet. */
  readonly refund_open: boolean;
  readonly remote_id: string | null;
  /** Every id that is followed; several where one submission makes several jobs. */
  readonly job_ids: readonly string[];
  /** Every other id of the answers, by its own name: `provider_task_id`, `request_id`, `prompt_submission_id`. */
  readonly other_ids: Readonly<Record<string, string>>;
  readonly request: Json;
  readonly request_sha256: string;
  readonly answers: readonly {
    readonly of: string;
    readonly id: string | null;
    readonly at: string;
    readonly status: number;
    readonly body: Json;
  }[];
  readonly error: JobEntry['error'];
  readonly ledger: readonly { readonly at: string; readonly kind: string; readonly amount: number; readonly note: string }[];
  readonly files: readonly ShownFile[];
  readonly intent_at: string;
  readonly submitted_at: string | null;
  readonly completed_at: string | null;
}

export interface ShownFile {
  readonly role: string;
  readonly kind: string;
  /** `pending`, `saved` or `lost`. */
  readonly state: string;
  readonly url: string;
  readonly path: string | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly media_type: string | null;
  /** Whether it lies there now; null for one that was never saved. */
  readonly on_disk: boolean | null;
}
