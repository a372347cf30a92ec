import type { Capabilities } from '../../job-type/capabilities.ts';
import type { JobType, ModelName } from '../../job-type/job-type.ts';
import type { Provider } from '../../job-type/provider.ts';
import { resolveModel } from '../../job-type/registry.ts';
import { didYouMean } from '../../manifest/nearest-name.ts';
import { priceBook } from '../../plan/price-book.ts';
import type { ModelEntry, ModelsDocument } from '../documents.ts';
import { UsageError } from '../usage-error.ts';
import { cachedModels, catalogOf, fetchModels } from './catalogs.ts';
import type { EngineParts } from './engine-parts.ts';
import { openDesks } from './open-desks.ts';
import { parameterList } from './parameter-list.ts';
import { priceList } from './price-list.ts';
import type { OpenStores } from './queue-stores.ts';

/** Looking at an account must not hang a command for longer than this, milliseconds. */
const LOOK_MS = 15_000;

/**
 * Every model: the families of this version, and the slugs that the API, the configuration or the documents name. With a name that one alone; a
 * slug that no list names is shown as far as its family is known, since a manifest may use it.
 */
export async function listModels(parts: EngineParts, stores: OpenStores, wanted: string | null): Promise<ModelsDocument> {
  const { registry } = parts;
  const listed = await readLists(parts, stores);
  const models = registry.jobTypes.flatMap((jobType) => {
    const known = knownModels(parts, registry.providers[jobType.provider]!, listed);
    return jobType.models.flatMap((pattern) => {
      const slugs = pattern.endsWith('/<slug>') ? [null, ...slugsOf(pattern, known)] : [null];
      return slugs.map((slug) => modelEntry(parts, jobType, nameOf(pattern, slug), listed));
    });
  });
  if (wanted === null) return { schema_version: 1, models };
  const found = models.find(({ model }) => model === wanted);
  if (found) return { schema_version: 1, models: [found] };
  const resolved = resolveModel(registry, wanted);
  if (resolved === null) {
    const names = models.map(({ model }) => model);
    throw new UsageError(
      `There is no model ${JSON.stringify(wanted)}${didYouMean(wanted, names)}; \`${parts.suggest('models', null)}\` lists them`,
    );
  }
  return { schema_version: 1, models: [modelEntry(parts, resolved.jobType, resolved.name, listed)] };
}

type Lists = ReadonlyMap<string, readonly Capabilities[]>;

/** The model lists as the APIs have them now, or as they were read last. */
async function readLists(parts: EngineParts, stores: OpenStores): Promise<Lists> {
  const names = Object.keys(parts.registry.providers);
  const { desks, close } = openDesks(parts, names, { limits: null });
  const lists = new Map(names.map((name) => [name, cachedModels(stores.cache, name)]));
  try {
    for (const [name, desk] of Object.entries(desks)) {
      const read = await fetchModels(desk, AbortSignal.timeout(LOOK_MS)).catch(() => []);
      for (const { kind, models } of read) stores.cache.rememberModels(name, kind, models, parts.clock.now());
      if (read.length > 0)
        lists.set(
          name,
          read.flatMap(({ models }) => models),
        );
    }
  } finally {
    await close();
  }
  return lists;
}

/** What is known of every slug: the user's table over the API's list over what is built in. */
function knownModels(parts: EngineParts, provider: Provider, listed: Lists): readonly Capabilities[] {
  const own = parts.settings.providers[provider.name]?.models ?? [];
  const all = [...own, ...(listed.get(provider.name) ?? []), ...provider.builtInModels];
  return [...new Map(all.toReversed().map((model) => [`${model.kind} ${model.slug}`, model])).values()].toReversed();
}

function slugsOf(pattern: string, known: readonly Capabilities[]): readonly string[] {
  const kind = pattern.includes('/image/') ? 'image' : 'video';
  return known.filter((model) => model.kind === kind).map(({ slug }) => slug);
}

function nameOf(pattern: string, slug: string | null): ModelName {
  const full = slug === null ? pattern : pattern.replace('<slug>', slug);
  return { full, short: full.slice(full.indexOf('/') + 1), slug };
}

function modelEntry(parts: EngineParts, jobType: JobType, name: ModelName, listed: Lists): ModelEntry {
  const provider = parts.registry.providers[jobType.provider]!;
  const settings = parts.settings.providers[jobType.provider]!;
  const catalog = catalogOf(provider, settings, listed.get(provider.name) ?? []);
  const spec = jobType.parameters(name, catalog);
  const parameters = parameterList(spec);
  const isFamily = name.full.endsWith('<slug>');
  const prices = isFamily ? [] : priceList(jobType, name, parameters, priceBook(settings.prices, catalog));
  const [only, ...others] = prices;
  const single = only !== undefined && others.length === 0 ? only : null;
  const sources = [...new Set(prices.map(({ source }) => source))];
  const kind = name.full.includes('/image/') ? 'image' : 'video';
  const known = name.slug === null ? null : catalog.capabilities(name.slug, kind);
  return {
    model: name.full,
    provider: provider.name,
    summary: known?.name ?? jobType.summary,
    unit: provider.unit,
    price: single?.amount ?? null,
    price_per_second: single?.per_second ?? null,
    source: sources.length === 1 ? (sources[0] ?? null) : null,
    prices,
    parameters,
    other_parameters: spec.passthrough,
    listed_by: known?.source ?? null,
  };
}
