import type { JobType } from '../job-type/job-type.ts';
import type { JsonObject } from '../values/json.ts';
import type { Micros } from '../values/money.ts';
import type { Place } from '../values/problem.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { LocalInput, PlannedJob } from './planned-job.ts';
import { twinKeyOf } from './twin-key.ts';

/** All of a planned job but the two sums that are made of the rest. */
export type JobFacts = Omit<PlannedJob, 'family' | 'provider' | 'fingerprint' | 'twinKey'>;

/** A planned job. What it is known by is worked out when it is asked for: a plan that is only added up asks for none of it. */
export class PricedJob implements PlannedJob {
  readonly id: string;
  readonly model: string;
  readonly family: string;
  readonly provider: string;
  readonly params: JsonObject;
  readonly localInputs: readonly LocalInput[];
  readonly copy: number;
  readonly quote: Micros | null;
  readonly publishingWouldSave: Micros;
  readonly output: string;
  readonly outputsAsked: number;
  readonly tags: readonly string[];
  readonly priority: number;
  readonly vars: JsonObject;
  readonly axes: readonly string[];
  readonly place: Place;
  readonly #jobType: JobType;
  readonly #sha256: (text: string) => string;
  #fingerprint: string | null;

  /** `fingerprint`: where it is known already. */
  constructor(facts: JobFacts, jobType: JobType, sha256: (text: string) => string, fingerprint: string | null) {
    this.id = facts.id;
    this.model = facts.model;
    this.family = jobType.family;
    this.provider = jobType.provider;
    this.params = facts.params;
    this.localInputs = facts.localInputs;
    this.copy = facts.copy;
    this.quote = facts.quote;
    this.publishingWouldSave = facts.publishingWouldSave;
    this.output = facts.output;
    this.outputsAsked = facts.outputsAsked;
    this.tags = facts.tags;
    this.priority = facts.priority;
    this.vars = facts.vars;
    this.axes = facts.axes;
    this.place = facts.place;
    this.#jobType = jobType;
    this.#sha256 = sha256;
    this.#fingerprint = fingerprint;
  }

  get fingerprint(): string {
    this.#fingerprint ??= fingerprintOf(this, this.#sha256);
    return this.#fingerprint;
  }

  get twinKey(): string | null {
    return twinKeyOf(this.#jobType, this.params, this.#sha256);
  }
}
