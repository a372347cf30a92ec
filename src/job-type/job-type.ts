import type { z } from 'zod';
import type { JsonObject } from '../values/json.ts';
import type { Capabilities, ModelCatalog } from './capabilities.ts';
import type { HistorySource } from './history.ts';
import type { ApiAnswer, ApiRequest, Handle, PollOutcome, SubmitOutcome } from './outcomes.ts';

/**
 * What can be made and what it costs: one file under `jobs/` fulfils this for one model family.
 * A job type does no I/O and reads no clock: the engine asks, sends, waits, stores.
 */
export interface JobType {
  /** Stored with every id, since ids are not interchangeable between families: `ulazai/kling-3.0`. */
  readonly family: string;
  /** The provider's name, a key of the provider registry. */
  readonly provider: string;
  /** One line for `nightshift models`. */
  readonly summary: string;
  /** The model names as a user may write them; `<slug>` stands for any slug: `ulazai/image`, `ulazai/image/<slug>`. */
  readonly models: readonly string[];
  /** What its main outputs are. */
  readonly makes: 'image' | 'video' | 'model3d';
  /** `sync`: the answer to the submission holds the result. `async`: it holds ids to poll. */
  readonly mode: 'sync' | 'async';
  /** Names of the provider's slot limits held from submission to the terminal state. */
  readonly slots: readonly string[];
  /** Names of the provider's window limits that a submission counts in, besides the provider's `requests`. */
  readonly submitWindows: readonly string[];
  /** What the documents say of how long a generation takes; the prior of the poller. Null for `sync`. */
  readonly pollHints: PollHints | null;
  /** What a lost answer would mean. */
  readonly recovery: Recovery;

  /** The parameters of a model: schema, spellings, inputs. Pure and cheap: called once a model, then cached. */
  parameters(model: ModelName, catalog: ModelCatalog): ParameterSpec;
  /** The price of one job in units of the provider's money; null when it is not known. `params` have passed the schema. */
  quote(model: ModelName, params: JsonObject, prices: PriceBook): Quote;
  /** How many outputs one job asks for (previews not counted). */
  outputsAsked(params: JsonObject): number;
  /**
   * The request that pays. `params` have passed the schema, and every local input stands there as the URL it was
   * uploaded to, or as base64 where the input field says so.
   */
  submit(model: ModelName, params: JsonObject, paths: Readonly<Record<string, string>>): ApiRequest;
  /** Reads the answer to a submission. Must never throw: what cannot be read is `unknown`. */
  readSubmit(answer: ApiAnswer, model: ModelName, params: JsonObject): SubmitOutcome;
  /** The status request of one id of a handle. `async` types only. */
  poll?(handle: Handle, id: string): ApiRequest;
  /** Reads the answer to a status request. Must never throw; an unknown word keeps polling. `async` types only. */
  readPoll?(answer: ApiAnswer, id: string): PollOutcome;
}

/** A model as the manifest names it, taken apart. */
export interface ModelName {
  /** As written: `ulazai/studio/wan_2_6`. */
  readonly full: string;
  /** Without the provider: `studio/wan_2_6`; the key of `prices` in the configuration. */
  readonly short: string;
  /** What stands where the pattern has `<slug>`; null for a fixed name. */
  readonly slug: string | null;
}

/** The documents' expectation of a generation's length. */
export interface PollHints {
  /** When most generations finish, in milliseconds from submission: [early, late]. */
  readonly typicalMs: readonly [number, number];
  /** The interval that the documents advise, in milliseconds. */
  readonly intervalMs: number;
}

/** What a lost answer to a submission would mean. See docs/reliability. */
export interface Recovery {
  /** A replay key, B reject key, C echoed reference, D history without a reference, E nothing. */
  readonly class: 'A' | 'B' | 'C' | 'D' | 'E';
  /** How a submission can be found again; null in class E. */
  readonly history: HistorySource | null;
}

/** The parameters of one model. All names in `schema` are the common names of the contract (section 3). */
export interface ParameterSpec {
  /** Strict object, defaults and cross-field rules included. Messages say what is allowed. Unknown keys are checked by the caller. */
  readonly schema: z.ZodObject;
  /** The API's own documented names, each with the common name it stands for: `{ durationSeconds: 'duration' }`. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Values in another spelling that mean the same, by common name: `{ aspect_ratio: { landscape: '16:9' } }`. Applied before the schema. */
  readonly synonyms?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** API fields that follow from the model and its inputs (`generationMode`, `model_slug`): written all the same, they must agree. */
  implied(params: JsonObject): JsonObject;
  /** Parameters that name input files. */
  readonly inputs: readonly InputField[];
  /** True: names that the schema does not know are passed on untouched, unless they nearly match one that it knows. */
  readonly passthrough: boolean;
}

/** A parameter that holds one input file or a list of them, each a URL or a local path. */
export interface InputField {
  /** The common name of the parameter. */
  readonly field: string;
  readonly kind: 'image' | 'video';
  /** True: the schema wants a list. A single text (a cell, or an API name such as `image_url`) is wrapped before the schema sees it. */
  readonly list: boolean;
  /** How a local file reaches the API; `refused` with the reason that the user is told. */
  readonly local:
    | { readonly by: 'upload' }
    | { readonly by: 'base64'; readonly into: string }
    | { readonly by: 'refused'; readonly why: string };
  /** Media types accepted of a local file. */
  readonly mediaTypes: readonly string[];
  /** Largest local file, bytes. */
  readonly maxBytes: number;
}

/** Prices that are not constants of the documents. Amounts in the provider's unit. */
export interface PriceBook {
  /** The user's own `prices` entry for this model, which wins over everything. */
  configured(shortName: string): ConfiguredPrice | null;
  /** What the provider's model list says, where it was reachable. */
  capabilities(slug: string, kind: 'image' | 'video'): Capabilities | null;
}

/** Units a job (an image for models that make several), or per second of duration. */
export type ConfiguredPrice = { readonly perJob: number } | { readonly perSecond: number };

/** A price before it is paid. */
export interface Quote {
  /** Units of the provider's money; null when not known. Never 0 for want of knowledge. */
  readonly amount: number | null;
  /** Where it comes from: the documents, the API's model list, or the user's configuration. */
  readonly basis: 'documented' | 'api' | 'configured' | 'unknown';
  /** Units that publishing would save on this job (0 when it is published already or saves nothing). */
  readonly publishingWouldSave: number;
}
