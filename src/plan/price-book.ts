import type { ModelCatalog } from '../job-type/capabilities.ts';
import type { ConfiguredPrice, PriceBook } from '../job-type/job-type.ts';

/** The prices of one provider that are no constants of the documents. */
export function priceBook(configured: Readonly<Record<string, ConfiguredPrice>>, catalog: ModelCatalog): PriceBook {
  const prices = new Map(Object.entries(configured));
  return {
    configured: (shortName) => prices.get(shortName) ?? null,
    capabilities: (slug, kind) => catalog.capabilities(slug, kind),
  };
}
