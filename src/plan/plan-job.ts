import type { PriceBook } from '../job-type/job-type.ts';
import type { FindFiles } from '../manifest/find-files.ts';
import { ID_LENGTH, UNPRINTABLE } from '../manifest/id-form.ts';
import type { InspectFile } from '../manifest/input-file.ts';
import type { ManifestJob } from '../manifest/manifest-job.ts';
import type { ModelSpec, ModelSpecs } from '../manifest/model-specs.ts';
import { emptyObject, showValue } from '../manifest/plain-json.ts';
import type { ProblemList } from '../manifest/problem-list.ts';
import { TemplateFault } from '../manifest/template.ts';
import type { Json, JsonObject } from '../values/json.ts';
import { toMicros } from '../values/money.ts';
import { checkImplied, type SpelledParams, spellParams } from './canonical-params.ts';
import { type CheckField, expandPatterns } from './expand-patterns.ts';
import { fingerprintOf } from './fingerprint.ts';
import { issueMessage } from './issue-message.ts';
import { type LocalName, localNames, readLocalInputs } from './local-inputs.ts';
import { safeOutputPath, UnsafePath } from './output-path.ts';
import type { LocalInput, PlannedJob } from './planned-job.ts';
import { type JobFacts, PricedJob } from './priced-job.ts';

/** What jobs are planned with. */
export interface PlanJobContext {
  readonly specs: ModelSpecs;
  readonly problems: ProblemList;
  /** The prices of a provider. */
  prices(provider: string): PriceBook;
  readonly inspect: InspectFile;
  /** Finds the files of a pattern, relative to the manifest. */
  readonly find: FindFiles;
  /** sha-256 of a text, hex. */
  sha256(text: string): string;
}

const NO_INPUTS: readonly LocalInput[] = [];
const UNFIT = new RegExp(`[${UNPRINTABLE}]|\\p{Cs}`, 'u');
/** Nothing to look for: most ids. */
const PLAIN_ID = /^[!-~]{1,200}$/;

/**
 * Types, checks and prices one job. Null when it has a fault: all of them are reported first. A promise only where local files must be read, since a
 * promise a job would cost a large batch more than the work itself.
 */
export function planJob(job: ManifestJob, context: PlanJobContext): PlannedJob | null | Promise<PlannedJob | null> {
  const planning = new JobPlanning(job, context);
  const spec = context.specs.find(job.model);
  if (spec === null) {
    if (!job.broken.has('model')) planning.report('model', context.specs.unknownMessage(job.model));
    return null;
  }
  const spelled = spellParams(job.prompt, job.params, spec, planning.report);
  const names = localNames(spelled.params, spec.parameters.inputs);
  if (names.length === 0) return planning.finish(spec, spelled, NO_INPUTS, NOTHING);
  return planning.withFiles(spec, spelled, names);
}

const NOTHING: ReadonlySet<string> = new Set();

class JobPlanning {
  readonly #job: ManifestJob;
  readonly #context: PlanJobContext;
  #faults: number;

  constructor(job: ManifestJob, context: PlanJobContext) {
    this.#job = job;
    this.#context = context;
    this.#faults = job.broken.size;
  }

  readonly report = (field: string, message: string): void => {
    this.#faults++;
    this.#context.problems.add({ ...this.#job.origin.locate(field, this.#job.place), message });
  };

  /** Looks at the local files first: patterns become files, each file its content's hash. */
  async withFiles(spec: ModelSpec, spelled: SpelledParams, names: readonly LocalName[]): Promise<PlannedJob | null> {
    const { params } = spelled;
    const { find, inspect } = this.#context;
    const fieldOf = (common: string): string => spelled.fields.get(common) ?? `params.${common}`;
    const check: CheckField = (field, value) => {
      const checked = spec.parameters.schema.shape[field]?.safeParse(value);
      const issue = checked?.success === false ? checked.error.issues[0] : undefined;
      return issue ? issueMessage({ ...issue, path: [field, ...issue.path] }, { [field]: value }) : null;
    };
    const expanded = await expandPatterns(names, params, find, check, fieldOf, this.report);
    const files = localNames(params, spec.parameters.inputs).filter(({ input }) => !expanded.faulty.has(input.field));
    const { inputs, faulty } = await readLocalInputs(files, params, inspect, fieldOf, expanded.writtenAt, this.report);
    return this.finish(spec, spelled, inputs, new Set([...expanded.faulty, ...faulty]));
  }

  finish(spec: ModelSpec, spelled: SpelledParams, localInputs: readonly LocalInput[], faulty: ReadonlySet<string>): PlannedJob | null {
    const job = this.#job;
    const params = this.#check(spec, spelled, faulty);
    checkImplied(spelled, params, spec, this.report);
    if (this.#faults > 0) {
      // The names need no valid parameters: their faults are listed in the same go.
      if (job.id !== null) this.#output(this.#id(job.id));
      return null;
    }
    const { jobType, name } = spec;
    const { sha256, prices } = this.#context;
    const known = job.id === null ? fingerprintOf({ model: name.full, params, copy: 1 }, sha256) : null;
    const id = this.#id(job.id ?? known!.slice(0, 12) + job.suffix);
    const output = this.#output(id);
    if (this.#faults > 0 || output === null) return null;
    const quote = jobType.quote(name, params, prices(jobType.provider));
    const facts: JobFacts = {
      id,
      model: name.full,
      params,
      localInputs,
      copy: job.copy,
      quote: quote.amount === null ? null : toMicros(quote.amount),
      publishingWouldSave: toMicros(quote.publishingWouldSave),
      output,
      outputsAsked: jobType.outputsAsked(params),
      tags: job.tags,
      priority: job.priority,
      vars: job.vars,
      axes: job.axes,
      place: job.place,
    };
    return new PricedJob(facts, jobType, sha256, job.copy === 1 ? known : null);
  }

  /** The parameters with defaults filled in, what is passed through included. Issues of fields that are reported already are not repeated. */
  #check(spec: ModelSpec, spelled: SpelledParams, faulty: ReadonlySet<string>): JsonObject {
    const known = emptyObject();
    const others: [string, Json][] = [];
    for (const [name, value] of Object.entries(spelled.params)) {
      if (spec.common.has(name)) known[name] = value;
      else others.push([name, value]);
    }
    const checked = spec.parameters.schema.safeParse(known);
    if (!checked.success) {
      for (const issue of checked.error.issues) {
        const common = String(issue.path[0] ?? '');
        const field = spelled.fields.get(common) ?? (common === 'prompt' ? 'prompt' : `params.${common}`);
        if (faulty.has(common) || this.#job.broken.has(field) || this.#job.broken.has(`params.${common}`)) continue;
        const below = issue.path.slice(1).map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`));
        this.report(field + below.join(''), issueMessage(issue, known));
      }
      this.#faults++;
      return spelled.params;
    }
    const params = emptyObject();
    for (const [name, value] of Object.entries(checked.data)) if (value !== undefined && value !== null) params[name] = value as Json;
    for (const [name, value] of others) params[name] = value;
    return params;
  }

  #id(wanted: string): string {
    if (PLAIN_ID.test(wanted)) return wanted;
    const id = wanted.normalize('NFC').trim();
    if (id.length > ID_LENGTH) this.report('id', `an id of ${id.length} characters; at most ${ID_LENGTH} are allowed`);
    if (UNFIT.test(id)) this.report('id', `${showValue(id)} holds a line break or another control character; an id is one printable line`);
    return id;
  }

  #output(id: string): string | null {
    try {
      return safeOutputPath(this.#job.output(id), this.#context.sha256);
    } catch (error) {
      if (error instanceof UnsafePath)
        this.report(this.#job.outputGiven ? 'output' : 'id', `the output path cannot be used: ${error.message}`);
      else if (error instanceof TemplateFault) this.report('output', error.message);
      else throw error;
      return null;
    }
  }
}
