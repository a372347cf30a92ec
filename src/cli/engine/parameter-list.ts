import { z } from 'zod';
import type { ParameterSpec } from '../../job-type/job-type.ts';
import { isJsonObject, type Json, type JsonObject } from '../../values/json.ts';
import type { ParameterEntry } from '../documents.ts';

/** The parameters of a model as its schema has them: names, allowed values, defaults. What the model only refuses is left out. */
export function parameterList(spec: ParameterSpec): readonly ParameterEntry[] {
  const schema = z.toJSONSchema(spec.schema, { io: 'input', unrepresentable: 'any' }) as JsonObject;
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(properties).flatMap(([name, property]) => {
    if (!isJsonObject(property) || Object.hasOwn(property, 'not')) return [];
    return [parameterEntry(spec, name, property, required.includes(name))];
  });
}

function parameterEntry(spec: ParameterSpec, name: string, property: JsonObject, required: boolean): ParameterEntry {
  const input = spec.inputs.find(({ field }) => field === name);
  const spellings = Object.entries(spec.aliases).flatMap(([own, common]) => (common === name && own !== name ? [own] : []));
  const values = Array.isArray(property.enum) ? (property.enum as readonly Json[]) : null;
  const fallback = property.default;
  return {
    name,
    spellings,
    type: typeOf(property, input !== undefined),
    required: required && fallback === undefined,
    allowed: values ?? (property.const === undefined ? null : [property.const]),
    default: fallback ?? null,
    minimum: numberOf(property.minimum ?? property.minItems),
    maximum: numberOf(property.maximum ?? property.maxLength ?? property.maxItems),
    local_files: input === undefined ? null : input.local.by,
  };
}

function typeOf(property: JsonObject, isInput: boolean): string {
  const { type } = property;
  if (type === 'array') return isInput ? 'list of files' : 'list';
  if (type === 'boolean') return 'true or false';
  if (type === 'integer') return 'whole number';
  if (type === 'number') return 'number';
  return isInput ? 'file' : 'text';
}

function numberOf(value: Json | undefined): number | null {
  // zod writes the bounds of safe integers where a schema sets none.
  return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : null;
}
