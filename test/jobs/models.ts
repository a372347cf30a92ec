import { registry } from '../../jobs/index.ts';
import type { Capabilities, ModelCatalog } from '../../src/job-type/capabilities.ts';
import type { ConfiguredPrice, PriceBook, Quote } from '../../src/job-type/job-type.ts';
import type { ApiRequest } from '../../src/job-type/outcomes.ts';
import { type ResolvedModel, resolveModel } from '../../src/job-type/registry.ts';
import type { Json, JsonObject } from '../../src/values/json.ts';

/** A catalog of the given models only. */
export function catalogOf(models: readonly Capabilities[] = []): ModelCatalog {
  return {
    capabilities: (slug, kind) => models.find((model) => model.slug === slug && model.kind === kind) ?? null,
    slugs: (kind) => models.filter((model) => model.kind === kind).map((model) => model.slug),
  };
}

/** Prices as the configuration and the model list give them. */
export function pricesOf(configured: Readonly<Record<string, ConfiguredPrice>> = {}, models: readonly Capabilities[] = []): PriceBook {
  return {
    configured: (short) => configured[short] ?? null,
    capabilities: (slug, kind) => models.find((model) => model.slug === slug && model.kind === kind) ?? null,
  };
}

/** A model of the registry. */
export function model(full: string): ResolvedModel {
  const found = resolveModel(registry, full);
  if (found === null) throw new Error(`no model ${full}`);
  return found;
}

/** Parameters checked by the model's schema with the defaults filled in, or `field: message` of every fault. */
export function check(
  full: string,
  params: JsonObject,
  models: readonly Capabilities[] = [],
): { readonly params: JsonObject } | { readonly faults: readonly string[] } {
  const { jobType, name } = model(full);
  const result = jobType.parameters(name, catalogOf(models)).schema.safeParse(params);
  if (result.success) return { params: result.data as Record<string, Json> };
  return { faults: result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) };
}

/** Checked parameters; throws when they are faulty. */
export function checked(full: string, params: JsonObject, models: readonly Capabilities[] = []): JsonObject {
  const result = check(full, params, models);
  if ('faults' in result) throw new Error(result.faults.join('\n'));
  return result.params;
}

/** The faults; empty when there are none. */
export function faults(full: string, params: JsonObject, models: readonly Capabilities[] = []): readonly string[] {
  const result = check(full, params, models);
  return 'faults' in result ? result.faults : [];
}

/** The request of a job, as it would be sent. */
export function request(full: string, params: JsonObject, paths: Readonly<Record<string, string>> = {}): ApiRequest {
  const { jobType, name } = model(full);
  return jobType.submit(name, checked(full, params), paths);
}

/** The price of a job. */
export function quote(full: string, params: JsonObject, prices: PriceBook = pricesOf()): Quote {
  const { jobType, name } = model(full);
  return jobType.quote(name, checked(full, params), prices);
}
