import { parse } from 'lossless-json';
import type { Json, JsonObject } from '../values/json.ts';

/** Deeper nesting than this is refused: no manifest needs it, and recursion ends somewhere. */
export const MAX_DEPTH = 100;

/** Names that could reach into JavaScript's own objects. */
export const FORBIDDEN_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype'];
const FORBIDDEN = new Set(FORBIDDEN_KEYS);

/** A value that cannot be taken over, with the reason for the user. */
export class UnusableValue extends Error {
  override readonly name = 'UnusableValue';
}

/** True for a key that could reach into JavaScript's own objects: never accepted, whatever the format. */
export function isForbiddenKey(key: string): boolean {
  return FORBIDDEN.has(key);
}

/** What is said of a forbidden key. */
export function forbiddenKeyMessage(key: string): string {
  return `"${key}" cannot be used as a name; rename it`;
}

/**
 * An empty object that inherits nothing, so that no key can mean more than itself. Made by a constructor whose prototype is empty, and not by
 * Object.create(null): the engine keeps those as hash tables, which takes twice the time and memory for a million rows.
 */
export function emptyObject(): Record<string, Json> {
  return new Bare() as Record<string, Json>;
}

const Bare = class {} as unknown as { new (): object; prototype: object };
Object.setPrototypeOf(Bare.prototype, null);
Reflect.deleteProperty(Bare.prototype, 'constructor');

/** The value without prototypes; throws UnusableValue for a forbidden key, too deep nesting or a number that JSON cannot hold. */
export function plainJson(value: unknown, depth = 0): Json {
  if (depth > MAX_DEPTH) throw new UnusableValue(`nested more than ${MAX_DEPTH} levels deep`);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new UnusableValue('a number too large to be kept; write it in quotes to keep it as text');
    return value;
  }
  if (Array.isArray(value)) return value.map((item) => plainJson(item, depth + 1));
  if (typeof value !== 'object') throw new UnusableValue(`a ${typeof value} is not a JSON value`);
  const object = emptyObject();
  for (const [key, item] of Object.entries(value)) {
    if (isForbiddenKey(key)) throw new UnusableValue(forbiddenKeyMessage(key));
    object[key] = plainJson(item, depth + 1);
  }
  return object;
}

/** Strings and bare numbers of a JSON text, so that a number inside a string is left alone. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * JSON text as a value. Integers beyond 2^53 are kept as text (JSON.parse would change their last digits without a word).
 * Throws SyntaxError for broken JSON and UnusableValue as `plainJson` does, and for a name given twice: JSON.parse would take the last one.
 */
export function parseJsonText(text: string): Json {
  const kept = /\d{16}/.test(text)
    ? text.replace(TOKENS, (token) => (/^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token))
    : text;
  const value = plainJson(JSON.parse(kept));
  // Every name is a quote and a colon; more of those are in a text, or of a name that came twice.
  if ((kept.match(/"\s*:/g)?.length ?? 0) > countNames(value)) refuseDuplicates(kept);
  return value;
}

function countNames(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  const items: readonly Json[] = Array.isArray(value) ? value : Object.values(value);
  return items.reduce((sum: number, item) => sum + countNames(item), Array.isArray(value) ? 0 : items.length);
}

function refuseDuplicates(text: string): void {
  parse(text, undefined, {
    onDuplicateKey: ({ key }) => {
      throw new UnusableValue(`"${key}" is given twice; keep one`);
    },
  });
}

/** The value as messages show it: short, on one line. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? `"${value}"` : (JSON.stringify(value) ?? String(value));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must not reach a terminal
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
  return line.length > 80 ? `${line.slice(0, 77)}...` : line;
}

/** True for a mapping. */
export function isMapping(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names in a message, the first twenty of many. */
export function showNames(names: Iterable<string>): string {
  const all = [...names];
  return all.length > 20 ? `${all.slice(0, 20).join(', ')} and ${all.length - 20} more` : all.join(', ');
}
