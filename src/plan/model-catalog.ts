import type { Capabilities, ModelCatalog } from '../job-type/capabilities.ts';

/** The models of one provider from several sources, the first that knows a slug wins: the user's own table, the API's list, what is built in. */
export function modelCatalog(...sources: readonly (readonly Capabilities[])[]): ModelCatalog {
  const byName = new Map<string, Capabilities>();
  const nameOf = (kind: string, slug: string): string => `${kind} ${slug}`;
  for (const model of sources.flat()) {
    const name = nameOf(model.kind, model.slug);
    if (!byName.has(name)) byName.set(name, model);
  }
  return {
    capabilities: (slug, kind) => byName.get(nameOf(kind, slug)) ?? null,
    slugs: (kind) => [...byName.values()].filter((model) => model.kind === kind).map((model) => model.slug),
  };
}
