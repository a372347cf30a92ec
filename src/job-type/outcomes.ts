import type { Json, JsonObject } from '../values/json.ts';

/** One request to a provider, before the base URL and the key are added. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** From the root, trailing slash included where documented: without it a redirect could turn a POST into a GET. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
}

/** An answer as it came, read whole. */
export interface ApiAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body; undefined when it is not JSON (HTML error pages are expected). */
  readonly json: Json | undefined;
  /** The body's text, cut to a length fit for a message. */
  readonly text: string;
}

/** Why a job did not go through, in the words of the contract (section 2). */
export type FailureClass =
  | 'invalid'
  | 'moderated'
  | 'auth'
  | 'no_funds'
  | 'rate_limited'
  | 'busy'
  | 'provider_fault'
  | 'transport'
  | 'model_gone'
  | 'lost'
  | 'other';

/** A failure with its verdict: what it was, and whether it was paid. */
export interface Failure {
  readonly class: FailureClass;
  /** The HTTP status; null when there was no answer. */
  readonly httpStatus: number | null;
  /** The API's own message, whatever shape it came in, cut to 500 characters. */
  readonly message: string;
  readonly charged: 'yes' | 'no' | 'unknown';
  /** For `no_funds`: units needed and available, where the answer says. */
  readonly needed?: number;
  readonly available?: number;
}

/** Every id of an accepted submission. Stored as JSON, and sufficient to poll after a restart. */
export interface Handle {
  /** The ids to poll; the first is the job's `remote_id`. At least one. */
  readonly ids: readonly string[];
  /** Every other id that the answer holds (`provider_task_id`, `request_id`, `prompt_submission_id`), by its own name. */
  readonly other: Readonly<Record<string, string>>;
}

/** One file to fetch. */
export interface ResultFile {
  /** `main` outputs are counted against what was asked for; a `preview` is one more. */
  readonly role: 'main' | 'preview';
  readonly kind: 'image' | 'video' | 'model3d';
  /** Absolute http(s) URL. Hosts of results never see the key. */
  readonly url: string;
  /** As the answer says, where it says. */
  readonly mediaType: string | null;
  /** As the answer says, in bytes; null where it says nothing or a text for people ("15.2 MB"). */
  readonly bytes: number | null;
}

/** What the answer to a submission means. The engine sends exactly once and acts on this. */
export type SubmitOutcome =
  /** The result is in the answer. */
  | { readonly kind: 'finished'; readonly handle: Handle; readonly files: readonly ResultFile[]; readonly money: MoneyReport }
  /** Taken and running: poll the ids. */
  | { readonly kind: 'accepted'; readonly handle: Handle; readonly money: MoneyReport; readonly expectMs: number | null }
  /** Surely not executed and not charged. `retry` says what becomes of the job. */
  | { readonly kind: 'refused'; readonly failure: Failure; readonly next: 'reject' | 'requeue' }
  /** Executed, and failed in the same breath (a synchronous `success: false`). */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly money: MoneyReport }
  /** Bytes left and no trustworthy answer came: never resent without proof. */
  | { readonly kind: 'unknown'; readonly failure: Failure };

/** What one status answer means for one id. */
export type PollOutcome =
  | { readonly kind: 'running'; readonly word: string; readonly progress: number | null; readonly expectMs: number | null }
  | {
      readonly kind: 'completed';
      readonly files: readonly ResultFile[];
      readonly money: MoneyReport;
      readonly other: Readonly<Record<string, string>>;
      /** How long the generation took by the provider's own clock, milliseconds; absent where the answer does not say. */
      readonly tookMs?: number;
    }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly money: MoneyReport }
  /** The id is not known there. A few right after a submission may be a lag; later it is a loss. */
  | { readonly kind: 'missing'; readonly failure: Failure }
  /** Not an answer about the job (5xx, 429, broken body, key refused): settles nothing, poll again. */
  | { readonly kind: 'unclear'; readonly failure: Failure };

/** What an answer says of money, in the provider's unit. Null: it does not say. */
export interface MoneyReport {
  /** What it says it took for this job, net of any discount. */
  readonly charged: number | null;
  /** What it says it gave back: an amount, `true` for "all of it", `false` for "nothing". */
  readonly refunded: number | boolean | null;
  /** The balance after it. */
  readonly balance: number | null;
}
