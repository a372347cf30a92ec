import type { Json, JsonObject } from '../../src/values/json.ts';

/**
 * A request body from common parameters: `names` gives the API's name for each known one (null: not sent), everything else goes
 * as it is. Nulls and empty lists are left out.
 */
export function wireBody(params: JsonObject, names: Readonly<Record<string, string | null>>, fixed: JsonObject = {}): JsonObject {
  const body: [string, Json][] = [];
  for (const [name, value] of Object.entries(params)) {
    const wire = Object.hasOwn(names, name) ? names[name] : name;
    if (wire === null || wire === undefined || value === null || (Array.isArray(value) && value.length === 0)) continue;
    body.push([wire, value]);
  }
  return Object.fromEntries([...body, ...Object.entries(fixed)]);
}

/** The API's own spellings, from the same table: `{ size: 'aspect_ratio' }`. Names that do not change are left out. */
export function aliasesOf(names: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> {
  const changed = Object.entries(names).flatMap(([common, wire]) => (wire === null || wire === common ? [] : [[wire, common] as const]));
  return Object.fromEntries(changed);
}
