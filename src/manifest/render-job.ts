import type { Json, JsonObject } from '../values/json.ts';
import type { Place } from '../values/problem.ts';
import type { CompiledEntry } from './compile-entry.ts';
import type { JobCounter } from './job-counter.ts';
import type { ManifestJob } from './manifest-job.ts';
import type { ModelSpecs } from './model-specs.ts';
import { emptyObject } from './plain-json.ts';
import type { ProblemList } from './problem-list.ts';
import { type Template, TemplateFault } from './template.ts';

/** What jobs are made with. */
export interface RenderContext {
  readonly specs: ModelSpecs;
  readonly problems: ProblemList;
  readonly counter: JobCounter;
}

/** What a row or a combination adds to its entry. */
export interface RowScope {
  readonly vars: JsonObject;
  readonly place: Place;
  /** Fields that cannot be rendered in any row of this source; reported already. */
  readonly broken: ReadonlySet<string>;
}

const UNSOUND = 'holds a NUL character or half of a surrogate pair, which no file of text can hold; remove it';

/** Whether a text can be written to a file and be read as it was. JSON and YAML can spell some that cannot, as escapes. */
function isSound(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}

const NOTHING_BROKEN: ReadonlySet<string> = new Set();
const NO_TAGS: readonly string[] = [];
/** What is not written is one of these. */
const PLAIN_NUMBERS: ReadonlyMap<string, number> = new Map([
  ['0', 0],
  ['1', 1],
]);

/** The jobs of one row (and one combination of the matrix), one a copy. Faults are reported. */
export function* renderJobs(entry: CompiledEntry, row: RowScope, context: RenderContext): Generator<ManifestJob> {
  const copies = renderInteger('copies', entry.copies, 1, entry, row, context);
  if (!context.counter.take(copies ?? 1)) return;
  for (let copy = 1; copy <= (copies ?? 1); copy++) {
    const job = new JobRendering(entry, row, copy, context).job(copies === null);
    if (job) yield job;
  }
}

/** The work on one job: every field is rendered, and every fault reported, before the job is given up. */
class JobRendering {
  readonly #entry: CompiledEntry;
  readonly #row: RowScope;
  readonly #copy: number;
  readonly #context: RenderContext;
  #vars: JsonObject;
  #broken: Set<string> | null = null;

  constructor(entry: CompiledEntry, row: RowScope, copy: number, context: RenderContext) {
    this.#entry = entry;
    this.#row = row;
    this.#copy = copy;
    this.#context = context;
    this.#vars = row.vars;
  }

  job(copiesBroken: boolean): ManifestJob | null {
    const entry = this.#entry;
    const { vars, place } = this.#row;
    if (copiesBroken) this.#break('copies');
    for (const field of entry.broken) this.#break(field);
    const suffix = this.#copy > 1 ? `-${this.#copy}` : '';
    const id = this.#name('id', entry.id, suffix);
    if (id !== null && !('id' in vars) && entry.templates.some(([field, template]) => field !== 'id' && template.names.has('id'))) {
      this.#vars = Object.assign(emptyObject(), vars, { id });
    }
    const model = this.#text('model', entry.model)?.trim() ?? null;
    const prompt = this.#text('prompt', entry.prompt);
    if (prompt !== null && !isSound(prompt)) this.#fault('prompt', UNSOUND);
    const priority = renderInteger('priority', entry.priority, null, entry, this.#row, this.#context);
    if (priority === null) this.#break('priority');
    const tags = entry.tags.length === 0 ? NO_TAGS : entry.tags.map((tag, index) => this.#tag(tag, index)).filter((tag) => tag !== '');
    if (model === null || model === '') {
      if (!this.#broken?.has('model'))
        this.#fault('model', 'a model is needed, for example ulazai/image; give `model` here or as a default at the top');
      return null;
    }
    const params = entry.rendered.length === 0 ? entry.constants : this.#params(model);
    for (const name in params) {
      const value = params[name];
      if (typeof value === 'string' && !isSound(value)) this.#fault(`params.${name}`, UNSOUND);
    }
    return {
      id,
      suffix,
      model,
      prompt,
      params,
      output: (finalId) => this.#output(finalId, suffix),
      outputGiven: entry.output !== null,
      tags,
      priority: priority ?? 0,
      copy: this.#copy,
      vars,
      axes: entry.axes,
      place,
      broken: this.#broken ?? NOTHING_BROKEN,
      origin: entry.origin,
    };
  }

  #params(model: string): JsonObject {
    const spec = this.#context.specs.find(model);
    const params = Object.assign(emptyObject(), this.#entry.constants);
    for (const { name, value } of this.#entry.rendered) {
      const field = `params.${name}`;
      const rendered = this.#guard(field, (): Json | undefined => value.render(this.#vars, this.#copy, spec?.cellType(name) ?? null));
      if (rendered !== undefined && rendered !== null) params[name] = rendered;
    }
    return params;
  }

  #text(field: string, template: Template | null): string | null {
    if (template === null) return null;
    if (template.literal && !this.#row.broken.has(field)) return template.source;
    return this.#guard(field, () => template.render(this.#vars, this.#copy)) ?? null;
  }

  #tag(template: Template, index: number): string {
    return this.#text(`tags[${index}]`, template)?.trim() ?? '';
  }

  /** A name that copies share and must differ in: the copy's suffix is added unless the template says the copy itself. */
  #name(field: string, template: Template | null, suffix: string): string | null {
    const text = this.#text(field, template);
    if (text === null) return null;
    if (text.trim() === '') {
      this.#fault(field, 'the template gives an empty text for this row');
      return null;
    }
    return this.#saysCopy(template!) ? text : text + suffix;
  }

  #output(id: string, suffix: string): string {
    const template = this.#entry.output;
    if (template === null || this.#row.broken.has('output')) return id;
    const text = template.render(this.#vars, this.#copy, id);
    return template.names.has('id') || this.#saysCopy(template) ? text : text + suffix;
  }

  /** A column named `copy` is the row's own word, not the copy number. */
  #saysCopy(template: Template): boolean {
    return template.names.has('copy') && !('copy' in this.#row.vars);
  }

  #guard<T>(field: string, render: () => T): T | undefined {
    if (this.#row.broken.has(field)) {
      this.#break(field);
      return undefined;
    }
    try {
      return render();
    } catch (error) {
      if (!(error instanceof TemplateFault)) throw error;
      this.#fault(field, error.message);
      return undefined;
    }
  }

  #fault(field: string, message: string): void {
    this.#break(field);
    this.#context.problems.add({ ...this.#entry.origin.locate(field, this.#row.place), message });
  }

  #break(field: string): void {
    this.#broken ??= new Set();
    this.#broken.add(field);
  }
}

/** A whole number that a template makes; null after a fault. */
function renderInteger(
  field: string,
  template: Template,
  least: number | null,
  entry: CompiledEntry,
  row: RowScope,
  context: RenderContext,
): number | null {
  if (row.broken.has(field) || entry.broken.has(field)) return null;
  const plain = template.literal ? PLAIN_NUMBERS.get(template.source) : undefined;
  if (plain !== undefined && plain >= (least ?? 0)) return plain;
  const fault = (message: string): null => {
    context.problems.add({ ...entry.origin.locate(field, row.place), message });
    return null;
  };
  try {
    const text = template.literal ? template.source : template.render(row.vars, 1);
    const number = Number(text);
    if (/^\s*[+-]?\d+(?:\.0+)?\s*$/.test(text) && Number.isSafeInteger(number) && (least === null || number >= least)) return number;
    return fault(`found "${text}"; allowed: a whole number${least === null ? '' : `, at least ${least}`}`);
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error;
    return fault(error.message);
  }
}
