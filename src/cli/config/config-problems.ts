import type { z } from 'zod';
import type { Registry } from '../../job-type/registry.ts';
import { didYouMean } from '../../manifest/nearest-name.ts';
import { type NodePath, showPath, type YamlFile } from '../../manifest/yaml-file.ts';
import type { Problem } from '../../values/problem.ts';

/** Every fault that the schema found, each with its line, what was found and what is allowed. */
export function configProblems(file: string, yaml: YamlFile, issues: readonly z.core.$ZodIssue[], registry: Registry): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        file,
        line: yaml.lineOf([...nodePath(issue.path), key]),
        field: showPath([...nodePath(issue.path), key]),
        message: unknownKey(key, knownKeys(issue.path, registry), registry),
      }));
    }
    const found = valueAt(yaml.data, issue.path);
    return [
      {
        file,
        line: yaml.lineOf(nodePath(issue.path)),
        field: showPath(nodePath(issue.path)),
        message: `found ${shown(found)}; ${wanted(issue)}`,
      },
    ];
  });
}

function wanted(issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom') return issue.message;
  if (issue.code === 'invalid_type' && (issue.expected === 'object' || issue.expected === 'record'))
    return 'allowed: a mapping of names to values';
  return issue.message;
}

function unknownKey(key: string, known: readonly string[], registry: Registry): string {
  if (/key|token|secret|password/i.test(key)) {
    const variables = Object.values(registry.providers).map((provider) => provider.keyVariable);
    return `keys are never read from this file, which gets shared: set ${variables.join(' or ')} in the environment or in a .env beside it`;
  }
  return `"${key}" is not known here; allowed: ${known.join(', ')}${didYouMean(key, known)}`;
}

/** The names that may stand in the mapping at a path. */
function knownKeys(path: readonly PropertyKey[], registry: Registry): readonly string[] {
  const [first, name, part] = path.map(String);
  if (first === undefined) return ['out', 'db', 'providers', 'downloads', 'notify', 'profiles'];
  // A profile holds what the file itself may hold, save profiles and notify.
  if (first === 'profiles')
    return knownKeys(path.slice(2), registry).filter((key) => path.length > 2 || (key !== 'profiles' && key !== 'notify'));
  if (first === 'notify') return ['command', 'webhook', 'desktop'];
  if (first === 'downloads') return ['concurrency', 'max_bytes', 'allow_private_hosts'];
  if (name === undefined) return Object.keys(registry.providers);
  const provider = registry.providers[name];
  if (part === 'limits') return Object.keys(provider?.limits ?? {});
  if (part === 'paths') return Object.keys(provider?.paths ?? {});
  if (part === 'poll') return ['min', 'max'];
  if (part === 'models') return ['name', 'kind', 'aspect_ratios', 'durations', 'quality_modes', 'inputs', 'sound', 'price'];
  return ['base_url', 'auth_scheme', 'limits', 'poll', 'submit_timeout', 'settle_window', 'prices', 'models', 'paths', 'upload_field'];
}

function nodePath(path: readonly PropertyKey[]): NodePath {
  return path.map((step) => (typeof step === 'symbol' ? String(step) : step));
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, part) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[part] : undefined),
    value,
  );
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  // A password in an address is nobody's to read.
  const text = (JSON.stringify(value) ?? String(value)).replace(/\/\/[^/@\s"]*@/g, '//…@');
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
