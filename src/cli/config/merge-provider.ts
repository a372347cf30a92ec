import type { Provider } from '../../job-type/provider.ts';
import type { ProviderSettings } from '../../job-type/settings.ts';
import { capabilitiesOf, type ProviderConfig } from './provider-schema.ts';

/** Bounds of every poll when nothing is configured (contract, section 9). */
const POLL = { minMs: 2_000, maxMs: 60_000 } as const;

/** What the environment sets of a provider; undefined where it says nothing. */
export interface ProviderEnvironment {
  readonly baseUrl: string | undefined;
  readonly authScheme: string | undefined;
}

/** Environment over file over what the provider's documents say. */
export function mergeProvider(provider: Provider, file: ProviderConfig | undefined, env: ProviderEnvironment): ProviderSettings {
  const limits = { ...provider.limits };
  for (const [name, limit] of Object.entries(file?.limits ?? {})) if (limit !== undefined) limits[name] = limit;
  const paths = { ...provider.paths };
  for (const [name, path] of Object.entries(file?.paths ?? {})) if (path !== undefined) paths[name] = path;
  const minMs = file?.poll?.min ?? POLL.minMs;
  return {
    baseUrl: env.baseUrl ?? file?.base_url ?? provider.baseUrl,
    authScheme: env.authScheme ?? file?.auth_scheme ?? 'Bearer',
    limits,
    poll: { minMs, maxMs: file?.poll?.max ?? Math.max(POLL.maxMs, minMs) },
    submitTimeoutMs: file?.submit_timeout ?? provider.submitTimeoutMs,
    settleMs: file?.settle_window ?? null,
    prices: file?.prices ?? {},
    models: capabilitiesOf(file?.models),
    paths,
    uploadField: file?.upload_field ?? null,
    uploadMaxAgeMs: file?.upload_max_age ?? null,
  };
}
