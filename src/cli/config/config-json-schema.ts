import { z } from 'zod';
import type { Registry } from '../../job-type/registry.ts';
import { PLAIN_NAMES } from '../../manifest/plain-names.ts';
import { isJsonObject, type Json, type JsonObject } from '../../values/json.ts';
import { configSchema } from './config-schema.ts';

/**
 * The JSON Schema of the configuration file, for editors: `nightshift schema config`. What values do not allow together (a least poll above the
 * largest, a range from 10 to 5, prices of models that do not exist) only the program finds, and whether a host and a port can be.
 */
export function configJsonSchema(registry: Registry): JsonObject {
  const schema = z.toJSONSchema(configSchema(registry), { io: 'input', unrepresentable: 'any', target: 'draft-7' });
  return {
    ...(mayBeEmpty(schema as JsonObject) as JsonObject),
    type: ['object', 'null'],
    ...PLAIN_NAMES,
    title: 'The configuration of nightshift',
  };
}

/** A known name with nothing after it is not set, and is no fault (`withoutUnset`); a name that is needed is needed with its value. */
function mayBeEmpty(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(mayBeEmpty);
  if (!isJsonObject(schema)) return schema;
  const done: Record<string, Json> = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, mayBeEmpty(value)]));
  const orNothing = (value: Json): Json => ({ anyOf: [value, { type: 'null' }] });
  if (isJsonObject(done.properties) && schema.type === 'object') {
    const needed: readonly Json[] = Array.isArray(schema.required) ? schema.required : [];
    const properties = Object.entries(done.properties).map(([name, value]) => [name, needed.includes(name) ? value : orNothing(value)]);
    done.properties = Object.fromEntries(properties);
  }
  if (isJsonObject(done.additionalProperties)) done.additionalProperties = orNothing(done.additionalProperties);
  return done;
}
