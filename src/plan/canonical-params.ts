import type { ModelSpec } from '../manifest/model-specs.ts';
import { didYouMean, nearMiss } from '../manifest/nearest-name.ts';
import { emptyObject, isForbiddenKey, showNames, showValue } from '../manifest/plain-json.ts';
import { canonicalJson } from '../values/canonical-json.ts';
import type { Json, JsonObject } from '../values/json.ts';

/** Reports a fault of a field as the manifest spells it: `prompt`, `params.durationSeconds`, `params.images[1]`. */
export type ReportField = (field: string, message: string) => void;

/** Parameters under their common names, and how each was spelled. */
export interface SpelledParams {
  readonly params: Record<string, Json>;
  /** Common name to the field of the manifest. */
  readonly fields: ReadonlyMap<string, string>;
  /** What follows from the model, written all the same: API name to value. To be compared once the parameters are complete. */
  readonly implied: JsonObject;
}

/**
 * Brings the parameters to their common names and values: both spellings of the contract (section 3) become one, so that they give one fingerprint.
 * One parameter in both spellings, and names that nearly are a parameter's, are faults.
 */
export function spellParams(prompt: string | null, written: JsonObject, spec: ModelSpec, report: ReportField): SpelledParams {
  const { aliases, synonyms, passthrough, inputs } = spec.parameters;
  const params = emptyObject();
  const implied = emptyObject();
  const fields = new Map<string, string>();
  const take = (field: string, common: string, value: Json): void => {
    const other = fields.get(common);
    if (other !== undefined) {
      report(field, `"${fieldName(field)}" and "${fieldName(other)}" are one parameter in two spellings; keep one`);
      return;
    }
    fields.set(common, field);
    const same = synonyms?.[common];
    params[common] = same === undefined ? value : translated(value, same);
  };
  if (prompt !== null) take('prompt', 'prompt', prompt);
  for (const [name, value] of Object.entries(written)) {
    if (value === null || value === undefined) continue;
    const field = `params.${name}`;
    const common = spec.common.has(name) ? name : Object.hasOwn(aliases, name) ? aliases[name]! : null;
    if (common !== null) take(field, common, value);
    else if (spec.names.has(name)) {
      implied[name] = value;
      fields.set(name, field);
    } else if (isForbiddenKey(name)) report(field, `"${name}" cannot be used as a name`);
    else {
      const meant = nearMiss(name, spec.names);
      if (!passthrough) {
        report(
          field,
          `unknown parameter "${name}" of ${spec.name.full}; allowed: ${showNames(spec.common)}${didYouMean(name, spec.names)}`,
        );
      } else if (meant !== null) {
        report(
          field,
          `"${name}" is nearly "${meant}", which ${spec.name.full} knows; rename it, since it would be passed on without effect`,
        );
      } else take(field, name, value);
    }
  }
  for (const { field, list } of inputs) {
    const value = params[field];
    // A documented body has a bare URL where the common name is a list, and an empty list is the same as none.
    if (list && typeof value === 'string') params[field] = [value];
    else if (Array.isArray(value) && value.length === 0) delete params[field];
  }
  return { params, fields, implied };
}

/** Checks fields that follow from the model and its inputs against what follows. */
export function checkImplied(spelled: SpelledParams, params: JsonObject, spec: ModelSpec, report: ReportField): void {
  const names = Object.keys(spelled.implied);
  if (names.length === 0) return;
  const expected = spec.parameters.implied(params);
  for (const name of names) {
    const found = spelled.implied[name]!;
    const wanted = expected[name];
    if (wanted !== undefined && canonicalJson(wanted) === canonicalJson(found)) continue;
    const follows = wanted === undefined ? 'has no such field with these parameters' : `makes it ${showValue(wanted)}`;
    report(`params.${name}`, `found ${showValue(found)}, but the model ${spec.name.full} ${follows}; leave it out or let it agree`);
  }
}

function translated(value: Json, same: Readonly<Record<string, string>>): Json {
  if (typeof value === 'string') return Object.hasOwn(same, value) ? same[value]! : value;
  return Array.isArray(value) ? (value as readonly Json[]).map((item) => translated(item, same)) : value;
}

function fieldName(field: string): string {
  return field.startsWith('params.') ? field.slice('params.'.length) : field;
}
