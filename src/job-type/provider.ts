import type { Json } from '../values/json.ts';
import type { Listing, ProfileService, SignUpService } from './account-services.ts';
import type { Capabilities } from './capabilities.ts';
import type { ApiAnswer, ApiRequest, Failure } from './outcomes.ts';

/** An account somewhere: what the engine must know of it besides its job types. What it cannot do is null, never asked by name. */
export interface Provider {
  readonly name: string;
  /** The word for its money: `credits`, `points`. */
  readonly unit: string;
  /** Null: the documents never say, so the configuration must. */
  readonly baseUrl: string | null;
  /** The environment variable of the key. */
  readonly keyVariable: string;
  /** Limits by the names that the configuration uses. `requests` is shared by everything that is sent. */
  readonly limits: Readonly<Record<string, LimitDefinition>>;
  /** The least and the most that documents name of a slot limit, where they contradict each other: what `auto` stands for in the configuration. */
  readonly slotRanges?: Readonly<Record<string, readonly [least: number, most: number]>>;
  /** Names of limits above that no document states: a default of our own. */
  readonly ownLimits?: readonly string[];
  /** Paths that the documents do not print, by their configuration names, with the default. */
  readonly paths: Readonly<Record<string, string>>;
  /** How long a submission may take to answer, milliseconds: never below the slowest acceptance. */
  readonly submitTimeoutMs: number;
  readonly balance: { readonly request: ApiRequest; read(answer: ApiAnswer): number | null } | null;
  readonly transactions: TransactionSource | null;
  /** Every documented list of what was generated. */
  readonly listings: readonly Listing[];
  readonly profile: ProfileService | null;
  readonly signUp: SignUpService | null;
  /** The model list, cached in the database. */
  readonly catalog: CatalogSource | null;
  /** Where local input files go; null when there is no documented upload. */
  readonly upload: UploadTarget | null;
  /** Models known without the API, from the documents. */
  readonly builtInModels: readonly Capabilities[];
  /** What an error answer to any request means, independent of job type. */
  readFailure(answer: ApiAnswer): Failure;
  /** The state of the request limit as the answer's headers tell it; null when they do not. */
  readLimitHeaders(answer: ApiAnswer): LimitState | null;
}

/** A limit as the documents give it. */
export type LimitDefinition =
  /** So many jobs between submission and terminal state. */
  | {
      readonly kind: 'slots';
      readonly max: number;
      /** Between this and `max` the size is sought while running; absent: `max` is the size. */
      readonly min?: number;
    }
  /** So many requests in any window of the given length. */
  | { readonly kind: 'window'; readonly windows: readonly RateWindow[] };

/** At most `max` in any `windowMs` milliseconds. */
export interface RateWindow {
  readonly max: number;
  readonly windowMs: number;
}

/** What `X-RateLimit-*` headers tell. */
export interface LimitState {
  readonly limit: number | null;
  readonly remaining: number;
  /** Milliseconds from the answer's own `Date` until the window resets. */
  readonly resetInMs: number;
}

/** The list of bookings. Its shape is undocumented: entries are found by the fields they must have. */
export interface TransactionSource {
  readonly request: ApiRequest;
  /** One page, the newest first, numbered from 1. Absent: nothing is known of pages. */
  page?(number: number, size: number): ApiRequest;
  /** Null when no list can be recognised. */
  read(answer: ApiAnswer): readonly Transaction[] | null;
}

/** One booking. */
export interface Transaction {
  /** Units; negative for money taken. */
  readonly amount: number | null;
  readonly at: number | null;
  /** What it was for, in the provider's words. */
  readonly description?: string | null;
  /** Every string in the entry, so that an id can be looked for wherever it stands. */
  readonly text: string;
  readonly raw: Json;
}

/** The list of models. */
export interface CatalogSource {
  readonly requests: readonly { readonly kind: 'image' | 'video'; readonly request: ApiRequest }[];
  /** Lenient; null when nothing can be recognised. */
  read(kind: 'image' | 'video', answer: ApiAnswer): readonly Capabilities[] | null;
}

/** An endpoint that takes a file as multipart form data and answers with its public URL. */
export interface UploadTarget {
  readonly path: string;
  /** The form field's default name (undocumented: configurable). */
  readonly field: string;
  readonly mediaTypes: readonly string[];
  readonly maxBytes: number;
  /** A URL that was given longer ago is not relied on any more, milliseconds, when the configuration does not say. */
  readonly maxAgeMs: number;
  /** Whether a submission may have failed because the uploaded file is no longer to be had under its URL. */
  blames(failure: Failure): boolean;
  /** The URL in the answer, wherever it stands; null when there is none. */
  read(answer: ApiAnswer): string | null;
}
