import { z } from 'zod';
import type { ModelCatalog } from '../job-type/capabilities.ts';
import type { JobType, ModelName, ParameterSpec } from '../job-type/job-type.ts';
import { type Registry, resolveModel } from '../job-type/registry.ts';
import type { Json, JsonObject } from '../values/json.ts';
import { type CellType, cellTypeOf } from './cell-type.ts';
import { didYouMean } from './nearest-name.ts';
import { isMapping, showValue } from './plain-json.ts';

/** Everything about one model that jobs are checked with, worked out once. */
export interface ModelSpec {
  readonly jobType: JobType;
  readonly name: ModelName;
  readonly parameters: ParameterSpec;
  /** Every name that a parameter may be written with: common names, the API's, and fields that follow from the model. */
  readonly names: ReadonlySet<string>;
  /** The common names of the schema. */
  readonly common: ReadonlySet<string>;
  /** How a cell of this parameter is typed; null when the schema does not know it. */
  cellType(parameter: string): CellType | null;
}

const NO_CATALOG: ModelCatalog = { capabilities: () => null, slugs: () => [] };

/** The models that jobs name, each worked out the first time and kept. */
export class ModelSpecs {
  readonly #registry: Registry;
  readonly #catalogs: Readonly<Record<string, ModelCatalog>>;
  readonly #known = new Map<string, ModelSpec | null>();

  /** `catalogs` by provider; a provider without one has no list of models. */
  constructor(registry: Registry, catalogs: Readonly<Record<string, ModelCatalog>>) {
    this.#registry = registry;
    this.#catalogs = catalogs;
  }

  /** Null: there is no such model. */
  find(model: string): ModelSpec | null {
    let found = this.#known.get(model);
    if (found === undefined) {
      found = this.#resolve(model);
      // Templates can make any number of wrong names; only so many are worth remembering.
      if (this.#known.size < 10_000) this.#known.set(model, found);
    }
    return found;
  }

  /** The catalog of a provider, an empty one where nothing is known. */
  catalog(provider: string): ModelCatalog {
    return this.#catalogs[provider] ?? NO_CATALOG;
  }

  /** What is said of a model that does not exist. */
  unknownMessage(model: string): string {
    const patterns = this.#registry.jobTypes.flatMap((type) => type.models);
    const slugged = patterns.flatMap((pattern) => this.#spelledOut(pattern));
    return `unknown model ${showValue(model)}; allowed: ${patterns.join(', ')}${didYouMean(model, slugged)}`;
  }

  /** A pattern with `<slug>` as the names of all models that the catalog knows for it. */
  #spelledOut(pattern: string): readonly string[] {
    if (!pattern.endsWith('/<slug>')) return [pattern];
    const catalog = this.catalog(pattern.slice(0, pattern.indexOf('/')));
    return [...catalog.slugs('image'), ...catalog.slugs('video')].map((slug) => pattern.replace('<slug>', slug));
  }

  #resolve(model: string): ModelSpec | null {
    const resolved = resolveModel(this.#registry, model);
    if (!resolved) return null;
    const { jobType, name } = resolved;
    const parameters = jobType.parameters(name, this.catalog(jobType.provider));
    const common = new Set(Object.keys(parameters.schema.shape));
    const names = new Set([...common, ...Object.keys(parameters.aliases), ...Object.keys(parameters.implied({}))]);
    const schema = z.toJSONSchema(parameters.schema, { io: 'input', unrepresentable: 'any' }) as JsonObject;
    const properties = isMapping(schema.properties) ? schema.properties : {};
    const types = new Map<string, CellType>();
    for (const [field, property] of Object.entries(properties as Record<string, Json>)) types.set(field, cellTypeOf(property));
    const cellType = (parameter: string): CellType | null => types.get(parameters.aliases[parameter] ?? parameter) ?? null;
    return { jobType, name, parameters, names, common, cellType };
  }
}
