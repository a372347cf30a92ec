import type { JsonObject } from '../values/json.ts';
import type { Micros } from '../values/money.ts';
import type { Place } from '../values/problem.ts';

/** A local input file that a job needs, checked when planned. */
export interface LocalInput {
  /** The parameter that names it, and its place in that list. */
  readonly field: string;
  readonly index: number;
  /** Absolute path. Never leaves this machine; the content hash stands for it in the fingerprint. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly mediaType: string;
}

/** One job as it goes into the queue: typed, checked, priced. */
export interface PlannedJob {
  readonly id: string;
  readonly model: string;
  readonly family: string;
  readonly provider: string;
  /** Canonical parameters under their common names, defaults filled in. A local input stands as `sha256:<hex>`. */
  readonly params: JsonObject;
  readonly localInputs: readonly LocalInput[];
  /** From 1. */
  readonly copy: number;
  /** sha-256, hex, of what is paid for: model, canonical parameters, content of local inputs, copy number. */
  readonly fingerprint: string;
  /** sha-256, hex, of what the provider's history shows of it: jobs that share it could not be told apart there. Null without a history. */
  readonly twinKey: string | null;
  /** Null: not known. */
  readonly quote: Micros | null;
  readonly publishingWouldSave: Micros;
  /** Path under the output folder, without extension, forward slashes, made safe. */
  readonly output: string;
  readonly outputsAsked: number;
  readonly tags: readonly string[];
  readonly priority: number;
  /** Template variables of the row and the matrix, for selectors and reports. */
  readonly vars: JsonObject;
  /** Which of the variables are those of the matrix. */
  readonly axes: readonly string[];
  readonly place: Place;
}

/** What a manifest says of the batch as a whole. */
export interface BatchHeader {
  readonly name: string;
  /** The manifest's path as given. */
  readonly manifest: string;
  /** Caps by provider; null when the manifest sets none. A bare number is the cap of the only provider. */
  readonly budget: Readonly<Record<string, Micros>> | null;
  /** Whether they are those of `--max-cost`, which stands in the place of the manifest's. */
  readonly fromFlag: boolean;
}
