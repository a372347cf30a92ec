import type { Capabilities, ModelCatalog } from '../../job-type/capabilities.ts';
import type { Provider } from '../../job-type/provider.ts';
import type { ProviderSettings } from '../../job-type/settings.ts';
import { modelCatalog } from '../../plan/model-catalog.ts';
import type { AccountCache } from '../../queue/account-cache.ts';
import type { ProviderDesk } from '../../work/provider-desk.ts';

/** A model list read more recently than this is not asked for again, milliseconds. */
const FRESH_MS = 24 * 3_600_000;

/** The models of one provider as far as they are known: the user's table over the API's list over what the documents name. */
export function catalogOf(provider: Provider, settings: ProviderSettings, listed: readonly Capabilities[]): ModelCatalog {
  return modelCatalog(settings.models, listed, provider.builtInModels);
}

/** The API's list as it was last read; empty when it never was. */
export function cachedModels(cache: Pick<AccountCache, 'models'> | null, provider: string): readonly Capabilities[] {
  if (!cache) return [];
  return (['image', 'video'] as const).flatMap((kind) => cache.models(provider, kind)?.models ?? []);
}

/** Whether every list of a provider was read lately. */
export function modelsAreFresh(cache: Pick<AccountCache, 'models'> | null, provider: Provider, now: number): boolean {
  if (!provider.catalog) return true;
  return provider.catalog.requests.every(
    ({ kind }) => now - (cache?.models(provider.name, kind)?.fetchedAt ?? Number.NEGATIVE_INFINITY) < FRESH_MS,
  );
}

/** Reads the model lists from the API; what cannot be reached or recognised is left out. */
export async function fetchModels(
  desk: ProviderDesk,
  signal: AbortSignal,
): Promise<{ kind: 'image' | 'video'; models: readonly Capabilities[] }[]> {
  const { catalog } = desk.provider;
  if (!catalog) return [];
  const lists: { kind: 'image' | 'video'; models: readonly Capabilities[] }[] = [];
  for (const { kind, request } of catalog.requests) {
    const result = await desk.ask('other', request, signal);
    if (result.kind !== 'answer') return lists;
    const models = result.answer.status < 300 ? catalog.read(kind, result.answer) : null;
    if (models !== null) lists.push({ kind, models });
  }
  return lists;
}
