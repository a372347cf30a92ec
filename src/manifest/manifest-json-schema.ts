import { z } from 'zod';
import type { ModelCatalog } from '../job-type/capabilities.ts';
import type { Registry } from '../job-type/registry.ts';
import { isJsonObject, type Json, type JsonObject } from '../values/json.ts';
import { manifestSchema } from './manifest-schema.ts';
import { PLAIN_NAMES } from './plain-names.ts';

/**
 * The JSON Schema of a YAML manifest, for editors: `nightshift schema`. It accepts and refuses what the reader of manifests does, as far as the
 * form goes; whether a model exists, a file is there or a template can be filled only planning finds. Models and parameters are
 * offered, not required: templates may stand for both, and a slug need not be known. Left out is what no readable pattern says: the bytes and the
 * depth of a path, two halves of a character apart, and an id whose length changes when its accents are put together.
 */
export function manifestJsonSchema(registry: Registry): JsonObject {
  const schema = z.toJSONSchema(manifestSchema, { io: 'input', unrepresentable: 'any', target: 'draft-7' }) as JsonObject;
  const offered = withProviders(offer(schema, registry) as JsonObject, registry);
  // What is said of mappings holds for those alone: a list of jobs is a manifest too, and every job needs a model from somewhere.
  const named = { required: ['model'], properties: { model: { type: 'string' } } };
  return {
    ...offered,
    type: ['object', 'array'],
    minItems: 1,
    items: { allOf: [entryOf(offered), named] },
    anyOf: [{ type: 'array' }, named, { required: ['jobs'], properties: { jobs: { type: 'array', items: { type: 'object', ...named } } } }],
    ...PLAIN_NAMES,
    title: 'A nightshift manifest',
  };
}

/** The schema of one entry of `jobs`, which is that of an item of a list. */
function entryOf(schema: JsonObject): JsonObject {
  const branches = [(schema.properties as JsonObject).jobs].flatMap(alternatives);
  const list = branches.find((branch) => branch.type === 'array')!;
  return [list.items].flatMap(alternatives).find((branch) => branch.type === 'object')!;
}

/** A budget names providers that there are. */
function withProviders(schema: JsonObject, registry: Registry): JsonObject {
  const properties = schema.properties as JsonObject;
  const budget = properties.budget as JsonObject;
  const names = { enum: Object.keys(registry.providers) };
  const branches = alternatives(budget).map((branch) => (branch.type === 'object' ? { ...branch, propertyNames: names } : branch));
  return { ...schema, properties: { ...properties, budget: { ...budget, anyOf: branches } } };
}

/** The branches of a schema, those of its branches included. */
function alternatives(schema: Json | undefined): readonly JsonObject[] {
  if (schema === undefined || !isJsonObject(schema)) return [];
  return Array.isArray(schema.anyOf) ? (schema.anyOf as readonly Json[]).flatMap(alternatives) : [schema];
}

/** Adds what an editor can complete wherever a manifest or an entry has `model` and `params`. */
function offer(schema: Json, registry: Registry): Json {
  if (Array.isArray(schema)) return schema.map((item: Json) => offer(item, registry));
  if (!isJsonObject(schema)) return schema;
  const done = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, offer(value, registry)]));
  const { properties } = done;
  if (!isJsonObject(properties) || properties.model === undefined || properties.params === undefined) return done;
  const { model, params } = properties;
  return {
    ...done,
    properties: {
      ...properties,
      model: { ...(isJsonObject(model) ? model : {}), examples: modelNames(registry) },
      params: withParameters(params, parameterNames(registry)),
    },
  };
}

function withParameters(params: Json, names: JsonObject): Json {
  if (!isJsonObject(params) || !Array.isArray(params.anyOf)) return params;
  const branches = (params.anyOf as readonly Json[]).map((branch) =>
    isJsonObject(branch) && branch.type === 'object' ? { ...branch, properties: names } : branch,
  );
  return { ...params, anyOf: branches };
}

/** Every model that is known without asking anybody. */
function modelNames(registry: Registry): readonly string[] {
  return registry.jobTypes.flatMap((jobType) =>
    jobType.models.flatMap((pattern) => {
      if (!pattern.endsWith('/<slug>')) return [pattern];
      const kind = pattern.includes('/image/') ? 'image' : 'video';
      return catalogOf(registry, jobType.provider)
        .slugs(kind)
        .map((slug) => pattern.replace('<slug>', slug));
    }),
  );
}

/** Every parameter of every family, with the models that take it. */
function parameterNames(registry: Registry): JsonObject {
  const takers = new Map<string, string[]>();
  for (const jobType of registry.jobTypes) {
    for (const pattern of jobType.models) {
      const name = { full: pattern, short: pattern.slice(pattern.indexOf('/') + 1), slug: null };
      const { schema, aliases } = jobType.parameters(name, catalogOf(registry, jobType.provider));
      const refused = new Set(Object.entries(schema.shape).flatMap(([field, type]) => (isRefusal(type) ? [field] : [])));
      const fields = Object.keys(schema.shape).filter((field) => field !== 'prompt' && !refused.has(field));
      const spellings = Object.entries(aliases).flatMap(([own, common]) => (refused.has(common) || common === 'prompt' ? [] : [own]));
      for (const field of new Set([...fields, ...spellings])) takers.set(field, [...(takers.get(field) ?? []), pattern]);
    }
  }
  return Object.fromEntries([...takers].map(([field, models]) => [field, { description: `Taken by ${models.join(', ')}` }]));
}

/** A parameter that is there only to say why it is not taken. */
function isRefusal(type: z.core.$ZodType): boolean {
  return type instanceof z.ZodOptional && type.unwrap() instanceof z.ZodNever;
}

function catalogOf(registry: Registry, provider: string): ModelCatalog {
  const known = registry.providers[provider]?.builtInModels ?? [];
  return {
    capabilities: (slug, kind) => known.find((model) => model.slug === slug && model.kind === kind) ?? null,
    slugs: (kind) => known.flatMap((model) => (model.kind === kind ? [model.slug] : [])),
  };
}
