import type { JsonObject } from '../values/json.ts';
import { FORBIDDEN_KEYS } from './plain-json.ts';

const HERE: JsonObject = { $ref: '#/definitions/plain' };

/** What the reader of YAML refuses at any depth, for the root of a JSON Schema: names that could reach into JavaScript's own objects. */
export const PLAIN_NAMES: JsonObject = {
  definitions: { plain: { propertyNames: { not: { enum: [...FORBIDDEN_KEYS] } }, additionalProperties: HERE, items: HERE } },
  allOf: [HERE],
};
