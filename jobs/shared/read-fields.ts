import { isJsonObject, type Json, type JsonObject } from '../../src/values/json.ts';

/** A non-empty text, trimmed; null for anything else. */
export function textOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return text === '' ? null : text;
}

/** A finite amount, written as a number or as a plain decimal text (the documents show `"25.00"`); null for anything else. */
export function amountOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string' && /^-?\d{1,15}(\.\d{1,9})?$/.test(value.trim())) return Number(value);
  return null;
}

/** The own value of a key; undefined for inherited names such as `constructor`. */
export function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The object under a key, or null. */
export function objectAt(object: JsonObject, key: string): JsonObject | null {
  const value = own(object, key);
  return isJsonObject(value) ? value : null;
}

/** The first value that `read` understands: names in order of preference, layers from the inside out. */
export function firstOf<T>(layers: readonly JsonObject[], names: readonly string[], read: (value: unknown) => T | null): T | null {
  for (const layer of layers) {
    for (const name of names) {
      const value = read(own(layer, name));
      if (value !== null) return value;
    }
  }
  return null;
}

/**
 * An id as the status path can carry it: printable ASCII without blanks, at most 200 characters. A whole number counts,
 * as its text. What only dots would do to a path is refused.
 */
export function idOf(value: unknown): string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? String(value) : null;
  if (typeof value !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(value) || /^\.+$/.test(value)) return null;
  return value;
}

/** A time with a time zone, as milliseconds since 1970; numbers are seconds or milliseconds by magnitude. Null when it does not say. */
export function timeOf(value: unknown): number | null {
  if (typeof value === 'number' && Number.isFinite(value)) {
    if (value >= 1e12 && value < 1e14) return Math.round(value);
    return value >= 1e9 && value < 1e11 ? Math.round(value * 1000) : null;
  }
  // Without a zone a time could be off by hours, and a job still running would look absent: no answer is better than that one.
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}[T ].*(Z|[+-]\d{2}:?\d{2})$/i.test(value.trim())) return null;
  const time = Date.parse(value.trim());
  return Number.isNaN(time) ? null : time;
}

/** An absolute http(s) URL; a host without a scheme gets https (the documents print some so); null for relative paths and the rest. */
export function absoluteUrl(value: unknown): string | null {
  const text = textOf(value);
  if (text === null || text.length > 8000 || /\s/.test(text)) return null;
  let full: string | null = null;
  if (/^https?:\/\//i.test(text)) full = text;
  else if (text.startsWith('//')) full = `https:${text}`;
  else if (/^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?\//i.test(text)) full = `https://${text}`;
  return full !== null && URL.canParse(full) ? full : null;
}
