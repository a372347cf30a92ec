import { configure } from 'safe-stable-stringify';
import type { Json } from './json.ts';

const stringify = configure({ deterministic: true, circularValue: Error, strict: true });

/** JSON text with sorted keys, so that equal values give equal text: the form that is hashed and compared. */
export function canonicalJson(value: Json): string {
  const text = stringify(value);
  if (text === undefined) throw new TypeError('Cannot write undefined as canonical JSON: a JSON value is needed');
  return text;
}
