import type { Capabilities, ModelCatalog } from '../job-type/capabilities.ts';

/** The models of one provider from several sources, the first that knows a slug wins: the user's own table, the API's list, what is built in. */
export function modelCatalog(...sources: readonly (readonly Capabilities[])[]): ModelCatalog {
  const bySlug = new Map<string, Capabilities>();
  for (const source of sources) for (const model of source) if (!bySlug.has(model.slug)) bySlug.set(model.slug, model);
  return {
    capabilities: (slug) => bySlug.get(slug) ?? null,
    slugs: (kind) => [...bySlug.values()].filter((model) => model.kind === kind).map((model) => model.slug),
  };
}
