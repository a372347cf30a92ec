import type { Capabilities } from './capabilities.ts';
import type { ConfiguredPrice } from './job-type.ts';
import type { LimitDefinition } from './provider.ts';

/** A provider's settings after flags, environment, file and defaults are merged. No key is in here: see Secrets. */
export interface ProviderSettings {
  /** Without a trailing slash; null where the user must still give it. */
  readonly baseUrl: string | null;
  readonly authScheme: string;
  /** Every limit of the provider by name, defaults filled in. */
  readonly limits: Readonly<Record<string, LimitDefinition>>;
  /** Bounds of every poll, the first included, milliseconds. */
  readonly poll: { readonly minMs: number; readonly maxMs: number };
  readonly submitTimeoutMs: number;
  /** Null: what the job type declares. */
  readonly settleMs: number | null;
  /** By model without the provider's name. */
  readonly prices: Readonly<Record<string, ConfiguredPrice>>;
  /** The user's own table of models, over the API's. */
  readonly models: readonly Capabilities[];
  readonly paths: Readonly<Record<string, string>>;
  readonly uploadField: string | null;
  /** Null: what the provider's definition says. Milliseconds. */
  readonly uploadMaxAgeMs: number | null;
}

/** Settings of the downloads. */
export interface DownloadSettings {
  readonly concurrency: number;
  readonly maxBytes: number;
  readonly allowPrivateHosts: boolean;
}
