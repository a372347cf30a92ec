import { z } from 'zod';
import { DURATION_FORMS, DURATION_PATTERN, parseDuration } from '../../values/duration.ts';
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

/** Whole bytes, or an amount of a larger unit; nothing at all is no size. */
const SIZE = /^(?=.*[1-9])(\d{1,15}\s*[Bb]?|\d{1,9}(\.\d+)?\s*[KkMmGg][Ii]?[Bb])$/;

/** `2GB`, `500 MB`, `1.5GiB` or a whole number of bytes, in bytes. */
export const byteSize = leaf(
  'a size such as 500MB, 2GB or 1.5GiB, or a whole number of bytes, above 0',
  (value) => {
    if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? value : null;
    if (typeof value !== 'string' || !SIZE.test(value)) return null;
    const unit = /[a-z]+$/i.exec(value)?.[0].toUpperCase() ?? 'B';
    return Math.ceil(Number.parseFloat(value) * SIZE_UNITS[unit]!);
  },
  { type: ['string', 'integer'], minimum: 1, maximum: Number.MAX_SAFE_INTEGER, pattern: SIZE.source },
);

/** A duration, in milliseconds. */
export const duration = leaf(
  `a duration with its unit, such as ${DURATION_FORMS}`,
  (value) => (typeof value === 'string' ? parseDuration(value) : null),
  { type: 'string', pattern: `^\\s*${DURATION_PATTERN}$` },
);

/** No path and no argument of a command holds a NUL. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const TEXT = /^(?=[\s\S]*\S)[^\u0000]*$/;

/** A text with something in it. */
export function text(allowed: string) {
  return leaf(allowed, (value) => (typeof value === 'string' && TEXT.test(value) ? value : null), { type: 'string', pattern: TEXT.source });
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

/** A list of texts. */
export const texts = leaf(
  'a list of texts',
  (value) => (Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '') ? (value as string[]) : null),
  { type: 'array', items: { type: 'string', minLength: 1 } },
);

/** A list of whole numbers above 0. */
export const wholeNumbers = leaf(
  'a list of whole numbers, such as [5, 10]',
  (value) => (Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item > 0) ? (value as number[]) : null),
  { type: 'array', items: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER } },
);

/** With two slashes and a host: the parser of addresses would make up both, and take blanks away. Whether host and port can be is left to it. */
const WEBHOOK = /^[Hh][Tt][Tt][Pp][Ss]?:\/\/[^\s/?#\\][^\s]*$/;

/** Where a notification is posted. Its query is often its key. */
export const webhook = leaf(
  'an http or https address such as https://hooks.example.com/abc, without blanks',
  (value) => (typeof value === 'string' && WEBHOOK.test(value) && URL.canParse(value) ? value : null),
  { type: 'string', pattern: WEBHOOK.source },
);

/** The same without what `baseUrl` leaves out: an `@` belongs to a user before the path, and to the path in it. */
const BASE_URL = /^[Hh][Tt][Tt][Pp][Ss]?:\/\/[^\s/?#@\\]+(\/[^\s?#]*)?$/;

/** An http or https address without user, query and fragment, made to end without a slash. */
export const baseUrl = leaf('an address such as https://api.example.com, without a user, a query or a fragment', readBaseUrl, {
  type: 'string',
  pattern: BASE_URL.source,
});

/** See `baseUrl`; null for what is none. */
export function readBaseUrl(value: unknown): string | null {
  if (typeof value !== 'string' || !BASE_URL.test(value) || !URL.canParse(value)) return null;
  return new URL(value).href.replace(/\/+$/, '');
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
