import { dirname, relative, resolve } from 'node:path';
import { type Registry, resolveModel } from '../../job-type/registry.ts';
import type { DownloadSettings, ProviderSettings } from '../../job-type/settings.ts';
import { didYouMean } from '../../manifest/nearest-name.ts';
import { ProblemList } from '../../manifest/problem-list.ts';
import { quotesMissing } from '../../manifest/schema-problems.ts';
import { readYamlFile, showPath } from '../../manifest/yaml-file.ts';
import { isJsonObject, type Json } from '../../values/json.ts';
import { UsageError } from '../usage-error.ts';
import { configProblems } from './config-problems.ts';
import { type Config, configSchema } from './config-schema.ts';
import { type EnvironmentSettings, readEnvironment, unknownVariables } from './environment.ts';
import { findConfig, findEnvFile } from './find-config.ts';
import { mergeProvider } from './merge-provider.ts';
import type { ProviderConfig } from './provider-schema.ts';
import { withoutUnset } from './schema-walk.ts';
import type { SettingFlags, Settings } from './settings.ts';
import { sharedQueues, usualQueue } from './shared-queues.ts';
import { overlay, withProfile } from './with-profile.ts';

const DEFAULT_DOWNLOADS: DownloadSettings = { concurrency: 4, maxBytes: 2_000_000_000, allowPrivateHosts: false };

/**
 * The settings of a command. `startDir` is the manifest's folder, or the current one for commands without a manifest.
 * Throws a UsageError that lists every problem of the configuration and the environment, not only the first.
 */
export async function loadSettings(from: {
  /** `--config`, relative to `cwd`; null when not given. */
  readonly configFlag: string | null;
  /** `--profile`; null when not given. */
  readonly profile?: string | null;
  /** The variables that stand for flags of some command; asked for only when a variable has to be judged. */
  readonly flagVariables?: () => Promise<ReadonlySet<string>>;
  readonly startDir: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly registry: Registry;
  readonly flags: SettingFlags;
}): Promise<Settings> {
  const { cwd, registry, flags } = from;
  const env = readEnvironment(from.env, registry);
  const configFile = findConfig(from.configFlag ?? env.config, from.startDir, cwd);
  const problems = new ProblemList();
  for (const problem of env.problems) problems.add(problem);
  const file = configFile === null ? {} : await readConfig(configFile, cwd, registry, problems);
  if (problems.count > 0) {
    const count = problems.count === 1 ? 'a problem' : `${problems.count} problems`;
    throw new UsageError(`The configuration has ${count}; nothing was stored or sent.`, problems.items);
  }
  const profile = from.profile ?? null;
  const config = withProfile(file, profile, configFile === null ? null : relative(cwd, configFile));
  const baseDir = configFile === null ? cwd : dirname(configFile);
  const place = (flag: string | null, variable: string | null, file: string | undefined, fallback: string): string =>
    flag !== null || variable !== null ? resolve(cwd, flag ?? variable ?? '') : resolve(baseDir, file ?? fallback);
  const providers = mergeProviders(registry, config, env);
  return {
    configFile,
    envFile: findEnvFile(configFile, from.startDir, profile),
    baseDir,
    profile,
    dbPath: place(flags.db, env.db, config.db, usualQueue(profile)),
    out: place(flags.out, env.out, config.out, profile === null ? 'out/<batch>' : `out/${profile}/<batch>`),
    providers,
    notify: {
      command: config.notify?.command ?? null,
      webhook: config.notify?.webhook ?? null,
      desktop: config.notify?.desktop ?? false,
    },
    downloads: {
      concurrency: config.downloads?.concurrency ?? DEFAULT_DOWNLOADS.concurrency,
      maxBytes: config.downloads?.max_bytes ?? DEFAULT_DOWNLOADS.maxBytes,
      allowPrivateHosts: config.downloads?.allow_private_hosts ?? DEFAULT_DOWNLOADS.allowPrivateHosts,
    },
    warnings: [
      ...(env.others.length > 0 ? unknownVariables(env, (await from.flagVariables?.()) ?? new Set()) : []),
      ...plainHttp(providers),
    ],
  };
}

function mergeProviders(registry: Registry, config: Config, env: EnvironmentSettings): Record<string, ProviderSettings> {
  return Object.fromEntries(
    Object.entries(registry.providers).map(([name, provider]) => [
      name,
      mergeProvider(provider, config.providers?.[name], env.providers[name] ?? { baseUrl: undefined, authScheme: undefined }),
    ]),
  );
}

async function readConfig(path: string, cwd: string, registry: Registry, problems: ProblemList): Promise<Config> {
  const shownAs = relative(cwd, path) || path;
  const before = problems.count;
  const yaml = await readYamlFile(path, shownAs, problems);
  if (yaml === null || problems.count > before) return {};
  const schema = configSchema(registry);
  const parsed = schema.safeParse(withoutUnset(schema, yaml.data ?? {}));
  if (!parsed.success) {
    for (const problem of configProblems(shownAs, yaml, parsed.error.issues, { registry, schema })) problems.add(problem);
    return {};
  }
  // What takes a number has refused it: what is left takes text, and would refuse a smaller number.
  for (const { path: at, digits } of yaml.largeNumbers)
    problems.add({ file: shownAs, line: yaml.lineOf(at), field: showPath(at), message: quotesMissing(digits) });
  const config = parsed.data;
  const check = (providers: Config['providers'], under: readonly string[]): void => {
    for (const [name, provider] of Object.entries(providers ?? {})) {
      if (provider === undefined) continue;
      const whole = under.length === 0 ? provider : overlay(config.providers?.[name] ?? {}, provider);
      // A name with nothing after it is not set, but it has to be right.
      const priced = namesWrittenAt(yaml.data, [...under, 'providers', name, 'prices']);
      for (const fault of [...crossFaults(name, whole), ...priceFaults(name, priced, registry)]) {
        const path = [...under, ...fault.path];
        problems.add({ file: shownAs, line: yaml.lineOf(path), field: showPath(path), message: fault.message });
      }
    }
  };
  check(config.providers, []);
  for (const [profile, { providers }] of Object.entries(config.profiles ?? {})) check(providers, ['profiles', profile]);
  for (const { path: at, message } of sharedQueues(config, dirname(path)))
    problems.add({ file: shownAs, line: yaml.lineOf(at), field: showPath(at), message });
  return config;
}

/** What each value allows alone and they do not allow together. */
function crossFaults(name: string, provider: ProviderConfig): Fault[] {
  const { min, max } = provider.poll ?? {};
  if (min === undefined || max === undefined || min <= max) return [];
  return [{ path: ['providers', name, 'poll'], message: `found min ${min} ms above max ${max} ms; allowed: min up to max` }];
}

/** Prices of models that do not exist. */
function priceFaults(name: string, priced: readonly string[], registry: Registry): Fault[] {
  const models = registry.jobTypes.filter((type) => type.provider === name).flatMap((type) => type.models);
  const shorts = models.map((model) => model.slice(name.length + 1));
  return priced.flatMap((model) => {
    if (resolveModel(registry, `${name}/${model}`)?.jobType.provider === name) return [];
    const message = `"${model}" is no model of ${name}; allowed: ${shorts.join(', ')}${didYouMean(model, shorts)}`;
    return [{ path: ['providers', name, 'prices', model], message }];
  });
}

interface Fault {
  readonly path: readonly string[];
  readonly message: string;
}

function namesWrittenAt(data: Json, path: readonly string[]): readonly string[] {
  const found = path.reduce<Json | undefined>((at, name) => (isJsonObject(at) ? at[name] : undefined), data);
  return isJsonObject(found) ? Object.keys(found) : [];
}

/** A key sent over plain http to another machine can be read on the way. */
function plainHttp(providers: Readonly<Record<string, ProviderSettings>>): string[] {
  return Object.entries(providers).flatMap(([name, { baseUrl }]) => {
    if (baseUrl === null) return [];
    const url = new URL(baseUrl);
    const local = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
    return url.protocol === 'http:' && !local ? [`${name}: ${baseUrl} is plain http: the key travels unencrypted`] : [];
  });
}
