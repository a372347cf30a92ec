import type { z } from 'zod';
import { didYouMean } from './nearest-name.ts';
import { showValue } from './plain-json.ts';
import type { NodePath } from './yaml-file.ts';

/** One fault that a schema found: where below the value, and what is wrong with it. */
export interface SchemaFault {
  readonly path: NodePath;
  readonly message: string;
}

/** Turns the issues of a schema into messages that say what was found, what is allowed and the nearest name. `keysAt` lists the names allowed at a path. */
export function schemaFaults(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  keysAt: (path: NodePath) => readonly string[],
): SchemaFault[] {
  return issues.flatMap((issue): SchemaFault[] => {
    const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
    if (issue.code === 'unrecognized_keys') {
      const allowed = keysAt(path);
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: `unknown name "${key}"; allowed: ${allowed.join(', ')}${didYouMean(key, allowed)}`,
      }));
    }
    // A value that fits no branch of a union says it once; but where one branch knows exactly which item is wrong, that says more.
    const inner =
      issue.code === 'invalid_union'
        ? issue.errors.find((branch) => branch.length > 0 && branch.every((one) => one.path.length > 0))
        : null;
    if (inner)
      return schemaFaults(
        inner.map((one) => ({ ...one, path: [...issue.path, ...one.path] })),
        value,
        keysAt,
      );
    const found = valueAt(value, path);
    const unquoted = typeof found === 'number' || typeof found === 'boolean';
    if (unquoted && issue.code === 'invalid_type' && issue.expected === 'string') return [{ path, message: quotesMissing(String(found)) }];
    return [{ path, message: `found ${showValue(found)}; ${issue.message}` }];
  });
}

/** YAML takes what has no quotes and looks like a number or a yes for one. */
export function quotesMissing(found: string): string {
  return `found ${found}; must be text: put quotes around it`;
}

function valueAt(value: unknown, path: NodePath): unknown {
  return path.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[step] : undefined),
    value,
  );
}
