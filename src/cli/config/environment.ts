import type { Registry } from '../../job-type/registry.ts';
import { nearestName } from '../../manifest/nearest-name.ts';
import type { Problem } from '../../values/problem.ts';
import { readAuthScheme, readBaseUrl } from './leaf.ts';
import type { ProviderEnvironment } from './merge-provider.ts';

const PREFIX = 'NIGHTSHIFT_';
/** What a notify command is told: it may call us again. */
const TOLD = 'NIGHTSHIFT_RUN_';
/** Variables with one meaning each; the profile's and the last two are read where the flags of the same name are. */
const FIXED = [
  'NIGHTSHIFT_CONFIG',
  'NIGHTSHIFT_PROFILE',
  'NIGHTSHIFT_DB',
  'NIGHTSHIFT_OUT',
  'NIGHTSHIFT_LOG_LEVEL',
  'NIGHTSHIFT_LOG_FILE',
] as const;

/** What the `NIGHTSHIFT_*` variables say. An empty variable says nothing. */
export interface EnvironmentSettings {
  readonly config: string | null;
  readonly db: string | null;
  readonly out: string | null;
  readonly providers: Readonly<Record<string, ProviderEnvironment>>;
  readonly problems: readonly Problem[];
  /** Variables that look meant for us and are none of these: they may stand for flags. */
  readonly others: readonly string[];
  /** What is known besides. */
  readonly known: ReadonlySet<string>;
}

/** Reads `NIGHTSHIFT_CONFIG`, `NIGHTSHIFT_DB`, `NIGHTSHIFT_OUT`, and `NIGHTSHIFT_<PROVIDER>_BASE_URL` and `_AUTH_SCHEME`. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>, registry: Registry): EnvironmentSettings {
  const problems: Problem[] = [];
  const known = new Set<string>(FIXED);
  const read = (name: string, allowed: string, parse: (value: string) => string | null): string | undefined => {
    known.add(name);
    const value = env[name];
    if (value === undefined || value === '') return undefined;
    const made = parse(value);
    if (made !== null) return made;
    problems.push({ file: 'environment', line: null, field: name, message: `found ${JSON.stringify(value)}; allowed: ${allowed}` });
    return undefined;
  };
  const providers = Object.fromEntries(
    Object.keys(registry.providers).map((name) => {
      const stem = `${PREFIX}${name.toUpperCase().replaceAll('-', '_')}`;
      return [
        name,
        {
          baseUrl: read(`${stem}_BASE_URL`, 'an address such as https://api.example.com', readBaseUrl),
          authScheme: read(`${stem}_AUTH_SCHEME`, 'a word such as Bearer or Token', readAuthScheme),
        },
      ];
    }),
  );
  const others = Object.keys(env).filter((name) => name.startsWith(PREFIX) && !name.startsWith(TOLD) && !known.has(name));
  return {
    config: env.NIGHTSHIFT_CONFIG || null,
    db: env.NIGHTSHIFT_DB || null,
    out: env.NIGHTSHIFT_OUT || null,
    providers,
    problems,
    others,
    known,
  };
}

/** A warning for each variable that is not known at all. `flags` are the variables that stand for flags of some command. */
export function unknownVariables({ others, known }: EnvironmentSettings, flags: ReadonlySet<string>): string[] {
  const names = new Set([...known, ...flags]);
  return others
    .filter((name) => !names.has(name))
    .map((name) => {
      const meant = nearestName(name, names);
      return `the environment variable ${name} is not known and has no effect${meant === null ? '' : `; did you mean ${meant}?`}`;
    });
}
