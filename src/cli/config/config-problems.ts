import type { z } from 'zod';
import type { Registry } from '../../job-type/registry.ts';
import { didYouMean } from '../../manifest/nearest-name.ts';
import { type NodePath, showPath, type YamlFile } from '../../manifest/yaml-file.ts';
import type { Problem } from '../../values/problem.ts';
import { namesAt } from './schema-walk.ts';

/** What may stand in a configuration. */
interface Known {
  readonly registry: Registry;
  readonly schema: z.core.$ZodType;
}

/** Every fault that the schema found, each with its line, what was found and what is allowed. */
export function configProblems(file: string, yaml: YamlFile, issues: readonly z.core.$ZodIssue[], known: Known): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        file,
        line: yaml.lineOf([...nodePath(issue.path), key]),
        field: showPath([...nodePath(issue.path), key]),
        message: unknownKey(key, namesAt(known.schema, issue.path.map(String)), known.registry),
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
  // The name is at fault: what is allowed there its own schema says.
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => message).join('; ');
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
