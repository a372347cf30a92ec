import { didYouMean } from '../../manifest/nearest-name.ts';
import { UsageError } from '../usage-error.ts';
import type { Config } from './config-schema.ts';
import type { ProviderConfig } from './provider-schema.ts';

/**
 * The configuration with a profile laid over it, key by key. Where the queue and the outputs lie is the profile's own or follows from its name,
 * never from what stands outside of it: a queue belongs to one account. Throws a UsageError for a profile that is not there.
 */
export function withProfile(config: Config, name: string | null, file: string | null): Config {
  if (name === null) return config;
  const profiles = config.profiles ?? {};
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (file === null) throw new UsageError(`--profile ${name}: there is no nightshift.config.yaml whose \`profiles\` could hold it`);
  if (profile === undefined) {
    const names = Object.keys(profiles);
    throw new UsageError(`--profile ${name}: ${file} has no such profile; it has ${names.join(', ') || 'none'}${didYouMean(name, names)}`);
  }
  const providers: Record<string, ProviderConfig | undefined> = { ...config.providers };
  for (const [provider, over] of Object.entries(profile.providers ?? {})) {
    if (over !== undefined) providers[provider] = overlay(providers[provider] ?? {}, over);
  }
  return { ...config, out: profile.out, db: profile.db, providers, downloads: { ...config.downloads, ...profile.downloads } };
}

/** A provider's settings with those of a profile over them: mappings are merged name by name, everything else replaces. */
export function overlay(base: ProviderConfig, over: ProviderConfig): ProviderConfig {
  return {
    ...base,
    ...over,
    limits: { ...base.limits, ...over.limits },
    poll: { ...base.poll, ...over.poll },
    prices: { ...base.prices, ...over.prices },
    models: { ...base.models, ...over.models },
    paths: { ...base.paths, ...over.paths },
  };
}
