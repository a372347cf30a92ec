import type { JobType, ModelName } from '../../job-type/job-type.ts';
import type { Stopped } from '../../report/run-document.ts';
import type { JsonObject } from '../../values/json.ts';
import { toUnits } from '../../values/money.ts';
import { lookAtBalance } from '../../work/account.ts';
import type { BalanceResult, ModelEntry, ModelsDocument } from '../documents.ts';
import { cachedModels, fetchModels } from './catalogs.ts';
import type { EngineParts } from './engine-parts.ts';
import { openDesks, whyNoDesk } from './open-desks.ts';
import type { OpenStores } from './queue-stores.ts';

/** Looking at an account must not hang a command for longer than this, milliseconds. */
const LOOK_MS = 15_000;

/** The balance of every provider that has one to ask for. */
export async function askBalances(parts: EngineParts): Promise<BalanceResult> {
  const names = Object.keys(parts.registry.providers);
  const { desks, close } = openDesks(parts, names, { limits: null });
  const providers: Record<string, { unit: string; balance: number | null }> = {};
  const reasons: Stopped[] = [];
  const notes: string[] = [];
  try {
    for (const name of names) {
      const unit = parts.registry.providers[name]?.unit ?? '';
      providers[name] = { unit, balance: null };
      const desk = desks[name];
      if (!desk) {
        notes.push(whyNoDesk(parts, name)?.message ?? `${name} is not configured`);
        continue;
      }
      const look = await lookAtBalance(desk, AbortSignal.timeout(LOOK_MS));
      if (look.kind === 'balance') providers[name] = { unit, balance: toUnits(look.balance) };
      else if (look.kind === 'none') notes.push(`${name} has no documented balance to ask for; its answers name what remains`);
      else if (look.kind === 'refused') {
        if (look.failure.class === 'auth') reasons.push('auth');
        notes.push(`${name}: ${look.failure.message}`);
      } else {
        reasons.push('outage');
        notes.push(`${name}: ${look.message}`);
      }
    }
  } finally {
    await close();
  }
  if (Object.keys(desks).length === 0) reasons.push('auth');
  return { document: { schema_version: 1, providers }, reasons, notes };
}

/** Every model: the families of this version, and the slugs that the API, the configuration or the documents name. */
export async function listModels(parts: EngineParts, stores: OpenStores): Promise<ModelsDocument> {
  const { registry, settings, clock } = parts;
  const { desks, close } = openDesks(parts, Object.keys(registry.providers), { limits: null });
  const listed = new Map<string, ReturnType<typeof cachedModels>>();
  try {
    for (const [name, desk] of Object.entries(desks)) {
      const lists = await fetchModels(desk, AbortSignal.timeout(LOOK_MS)).catch(() => []);
      for (const { kind, models } of lists) stores.cache.rememberModels(name, kind, models, clock.now());
      if (lists.length > 0)
        listed.set(
          name,
          lists.flatMap(({ models }) => models),
        );
    }
  } finally {
    await close();
  }
  const models: ModelEntry[] = [];
  for (const jobType of registry.jobTypes) {
    const provider = registry.providers[jobType.provider];
    const table = settings.providers[jobType.provider];
    if (!provider || !table) continue;
    const known = new Map(
      [...provider.builtInModels, ...(listed.get(provider.name) ?? cachedModels(stores.cache, provider.name)), ...table.models].map(
        (model) => [model.slug, model],
      ),
    );
    for (const pattern of jobType.models) {
      const short = pattern.slice(provider.name.length + 1);
      const configured = table.prices[short];
      const documented = documentedPrice(jobType, { full: pattern, short, slug: null });
      models.push({
        model: pattern,
        provider: provider.name,
        summary: jobType.summary,
        unit: provider.unit,
        price: configured ? ('perJob' in configured ? configured.perJob : null) : documented,
        price_per_second: configured && 'perSecond' in configured ? configured.perSecond : null,
        source: configured ? 'configuration' : documented === null ? null : 'documents',
      });
      if (!pattern.endsWith('/<slug>')) continue;
      const kind = short.startsWith('image/') ? 'image' : 'video';
      for (const model of known.values()) {
        if (model.kind !== kind) continue;
        const full = pattern.replace('<slug>', model.slug);
        const name = { full, short: full.slice(provider.name.length + 1), slug: model.slug };
        const own = table.prices[name.short];
        const price = own ?? model.price;
        const documented = price ? null : documentedPrice(jobType, name);
        models.push({
          model: full,
          provider: provider.name,
          summary: model.name ?? jobType.summary,
          unit: provider.unit,
          price: price && 'perJob' in price ? price.perJob : documented,
          price_per_second: price && 'perSecond' in price ? price.perSecond : null,
          source:
            own || model.source === 'configuration' ? 'configuration' : price ? model.source : documented === null ? null : 'documents',
        });
      }
    }
  }
  return { schema_version: 1, models };
}

/** The documents' price where nothing but the model decides it; null where parameters do, or nothing is documented. */
function documentedPrice(jobType: JobType, name: ModelName): number | null {
  if (name.full.includes('<')) return null;
  const none = { configured: () => null, capabilities: () => null };
  const bare = jobType.parameters(name, { ...none, slugs: () => [] }).schema.safeParse({ prompt: 'a' });
  return bare.success ? jobType.quote(name, bare.data as JsonObject, none).amount : null;
}
