import { z } from 'zod';
import { DURATION_FORMS, parseDuration } from '../../values/duration.ts';
import type { JsonObject } from '../../values/json.ts';

/**
 * A value of the configuration that `read` understands; the sentence says what is allowed. `read` gives null for what is not. `shape` says the
 * same as a JSON Schema, for editors.
 */
export function leaf<Value>(allowed: string, read: (value: unknown) => Value | null, shape: JsonObject = {}) {
  return z
    .unknown()
    .meta({ description: `Allowed: ${allowed}`, ...shape })
    .transform((value, context): Value => {
      const made = read(value);
      if (made !== null) return made;
      context.addIssue({ code: 'custom', message: `allowed: ${allowed}` });
      return z.NEVER;
    });
}

const SIZE_UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
};

/** `2GB`, `500 MB`, `1.5GiB` or a number of bytes, in bytes. */
export const byteSize = leaf(
  'a size such as 500MB, 2GB or 1.5GiB',
  (value) => {
    const found = /^(\d+(?:\.\d+)?)\s*([KMG]I?B|B)?$/i.exec(typeof value === 'number' || typeof value === 'string' ? String(value) : '');
    if (!found) return null;
    const bytes = Math.floor(Number(found[1]) * (SIZE_UNITS[(found[2] ?? 'B').toUpperCase()] ?? Number.NaN));
    return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null;
  },
  { type: ['string', 'integer'], minimum: 1, pattern: '^\\d+(\\.\\d+)?\\s*([KkMmGg][Ii]?[Bb]|[Bb])?$' },
);

const amountOf = (unit: string): string => `(\\d+(\\.\\d+)?(${unit})\\s*)?`;
/** From the largest unit down, each once, and at least one. */
const DURATION_PATTERN = `^\\s*(?=\\d)${['d', 'h', 'm|min', 's', 'ms'].map(amountOf).join('')}$`;

/** A duration, in milliseconds. */
export const duration = leaf(
  `a duration with its unit, such as ${DURATION_FORMS}`,
  (value) => (typeof value === 'string' ? parseDuration(value) : null),
  { type: 'string', pattern: DURATION_PATTERN },
);

/** A text with something in it. */
export function text(allowed: string) {
  return leaf(allowed, (value) => (typeof value === 'string' && value.trim() !== '' && !value.includes('\0') ? value : null), {
    type: 'string',
    pattern: '\\S',
  });
}

/** A whole number within bounds. */
export function wholeNumber(min: number, max: number) {
  return leaf(
    `a whole number from ${min} to ${max}`,
    (value) => (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : null),
    { type: 'integer', minimum: min, maximum: max },
  );
}

/** `true` or `false`. */
export const truth = leaf('true or false', (value) => (typeof value === 'boolean' ? value : null), { type: 'boolean' });

/** A list of texts; whole numbers in it are taken as they are written. */
export const texts = leaf(
  'a list of texts',
  (value) => (Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '') ? (value as string[]) : null),
  { type: 'array', items: { type: 'string', minLength: 1 } },
);

/** A list of whole numbers above 0. */
export const wholeNumbers = leaf(
  'a list of whole numbers, such as [5, 10]',
  (value) => (Array.isArray(value) && value.every((item) => Number.isInteger(item) && item > 0) ? (value as number[]) : null),
  { type: 'array', items: { type: 'integer', exclusiveMinimum: 0 } },
);

/** Where a notification is posted. Its query is often its key. */
export const webhook = leaf(
  'an http or https address',
  (value) => (typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) ? value : null),
  { type: 'string', format: 'uri' },
);

/** An http or https address without user, query and fragment, made to end without a slash. */
export const baseUrl = leaf('an address such as https://api.example.com, without a user, a query or a fragment', readBaseUrl, {
  type: 'string',
  pattern: '^[Hh][Tt][Tt][Pp][Ss]?://[^@?#\\s]+$',
});

/** See `baseUrl`; null for what is none. */
export function readBaseUrl(value: unknown): string | null {
  if (typeof value !== 'string' || !URL.canParse(value)) return null;
  const url = new URL(value);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return null;
  return url.href.replace(/\/+$/, '');
}

/** The word before the key in the Authorization header. */
export const authScheme = leaf('a word such as Bearer or Token', readAuthScheme, {
  type: 'string',
  pattern: '^[A-Za-z][A-Za-z0-9-]{0,31}$',
});

/** See `authScheme`; null for what is none. */
export function readAuthScheme(value: unknown): string | null {
  return typeof value === 'string' && /^[A-Za-z][A-Za-z0-9-]{0,31}$/.test(value) ? value : null;
}
