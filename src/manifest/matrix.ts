import { canonicalJson } from '../values/canonical-json.ts';
import type { Json, JsonObject } from '../values/json.ts';
import { didYouMean } from './nearest-name.ts';
import { emptyObject, isMapping, showValue } from './plain-json.ts';

/** A matrix taken apart: its axes in the order written, and the two lists that change the cross product. */
export interface Matrix {
  readonly axes: readonly (readonly [string, readonly Json[]])[];
  readonly include: readonly JsonObject[];
  readonly exclude: readonly JsonObject[];
}

/** Takes `matrix` of an entry apart. Its shape has passed the manifest's schema; what is still wrong is told to `fault` with the path below `matrix`. */
export function readMatrix(value: JsonObject, fault: (path: readonly (string | number)[], message: string) => void): Matrix {
  const axes: (readonly [string, readonly Json[]])[] = [];
  for (const [name, values] of Object.entries(value)) {
    if (name === 'include' || name === 'exclude' || values === null) continue;
    if (Array.isArray(values) && values.length > 0) axes.push([name, values as readonly Json[]]);
    else if (Array.isArray(values)) fault([name], 'an empty list; an axis needs at least one value (or leave it out)');
  }
  const names = axes.map(([name]) => name);
  const exclude = listOf(value.exclude);
  for (const [index, entry] of exclude.entries()) {
    for (const [key, wanted] of Object.entries(entry)) {
      const axis = axes.find(([name]) => name === key);
      if (!axis)
        fault(['exclude', index, key], `"${key}" is not an axis of this matrix; allowed: ${names.join(', ')}${didYouMean(key, names)}`);
      else if (!axis[1].some((one) => same(one, wanted))) {
        fault(
          ['exclude', index, key],
          `${showValue(wanted)} is not a value of the axis "${key}"; allowed: ${axis[1].map(showValue).join(', ')}`,
        );
      }
    }
  }
  return { axes, include: listOf(value.include), exclude };
}

/** How many combinations there are at most, without building them. */
export function countCombinations(matrix: Matrix): number {
  const product = matrix.axes.reduce((count, [, values]) => count * values.length, matrix.axes.length > 0 ? 1 : 0);
  return Math.max(1, product + matrix.include.length);
}

/**
 * Every combination, as GitHub Actions builds them: the cross product, less what `exclude` matches, then `include`: its pairs are added to
 * each combination whose axis values they leave as they are, and make a combination of their own where there is none.
 */
export function combinations(matrix: Matrix): readonly JsonObject[] {
  if (matrix.axes.length === 0 && matrix.include.length === 0) return [emptyObject()];
  let product: Record<string, Json>[] = matrix.axes.length > 0 ? [emptyObject()] : [];
  for (const [name, values] of matrix.axes) {
    product = product.flatMap((combination) => values.map((value) => Object.assign(emptyObject(), combination, { [name]: value })));
  }
  const originals = product.filter((combination) => !matrix.exclude.some((entry) => agrees(combination, entry)));
  const result = originals.map((combination) => Object.assign(emptyObject(), combination));
  for (const entry of matrix.include) {
    let added = false;
    for (const [index, original] of originals.entries()) {
      const overwrites = Object.entries(entry).some(([key, value]) => key in original && !same(original[key]!, value));
      if (overwrites) continue;
      Object.assign(result[index]!, entry);
      added = true;
    }
    if (!added) result.push(Object.assign(emptyObject(), entry));
  }
  return result;
}

function agrees(combination: JsonObject, entry: JsonObject): boolean {
  return Object.entries(entry).every(([key, value]) => key in combination && same(combination[key]!, value));
}

function same(a: Json, b: Json): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && canonicalJson(a) === canonicalJson(b));
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isMapping) : [];
}
