import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../../src/values/json.ts';

/** A value as it is shown in a message: short, and recognisable as text or number. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** The message of a value of the wrong kind or a missing one. */
function wants(what: string) {
  return (issue: { readonly input?: unknown }): string =>
    issue.input === undefined ? `is required: ${what}` : `must be ${what}: found ${shown(issue.input)}`;
}

/** Characters as the documents count them: code points, so that an emoji is one. */
export function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** A text between one and `max` characters (no upper bound when null) that is not only blanks. */
export function promptText(max: number | null) {
  const what = max === null ? 'a text that is not blank' : `a text of 1 to ${max} characters`;
  return z
    .string({ error: wants(what) })
    .refine((text) => text.trim() !== '', { error: () => `must be ${what}: found a blank one` })
    .refine((text) => max === null || text.length <= max || characters(text) <= max, {
      error: (issue) => `must be ${what}: found ${characters(String(issue.input))} characters`,
    })
    .meta(max === null ? { minLength: 1 } : { minLength: 1, maxLength: max });
}

/** A text of at most `max` characters. */
export function shortText(max: number) {
  const what = `a text of at most ${max} characters`;
  return z
    .string({ error: wants(what) })
    .refine((text) => characters(text) <= max, { error: (issue) => `must be ${what}: found ${characters(String(issue.input))} characters` })
    .meta({ maxLength: max });
}

/** A text that the documents say nothing more about. */
export function freeText() {
  return z.string({ error: wants('a text that is not blank') }).refine((text) => text.trim() !== '', {
    error: () => 'must be a text that is not blank: found a blank one',
  });
}

/** One of the given texts, or any text when the documents do not give the set. */
export function oneOf(allowed: readonly string[] | null) {
  if (allowed === null || allowed.length === 0) return freeText();
  return z.enum(allowed as readonly [string, ...string[]], { error: wants(`one of ${allowed.join(', ')}`) });
}

/** True or false. */
export function flag() {
  return z.boolean({ error: wants('true or false') });
}

/** A whole number within bounds. */
export function wholeNumber(what: string, min: number, max: number | null) {
  const range = max === null ? `a whole number of ${what}, at least ${min}` : `a whole number of ${what} from ${min} to ${max}`;
  const base = z.number({ error: wants(range) }).refine((n) => Number.isInteger(n) && n >= min && (max === null || n <= max), {
    error: (issue) => `must be ${range}: found ${shown(issue.input)}`,
  });
  return base.meta(max === null ? { type: 'integer', minimum: min } : { type: 'integer', minimum: min, maximum: max });
}

/** One of the given whole numbers of seconds, or any of at least one second when the documents do not give the set. */
export function seconds(allowed: readonly number[] | null) {
  if (allowed === null || allowed.length === 0) return wholeNumber('seconds', 1, null);
  const what = `one of ${allowed.join(', ')} (seconds)`;
  return z
    .number({ error: wants(what) })
    .refine((n) => allowed.includes(n), { error: (issue) => `must be ${what}: found ${shown(issue.input)}` })
    .meta({ type: 'integer', enum: [...allowed] });
}

/** The address of one input file: an http(s) URL, `asset://` where allowed, a local path, or the hash that stands for a local file. */
export function inputFile() {
  return z.string({ error: wants('a URL or the path of a local file') }).refine(isInputFile, {
    error: (issue) => `must be an http(s) URL or the path of a local file: found ${shown(issue.input)}`,
  });
}

function isInputFile(text: string): boolean {
  if (text.trim() === '') return false;
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return true;
  if (scheme === 'http' || scheme === 'https') return URL.canParse(text);
  return scheme === 'sha256' || scheme === 'asset';
}

/** A list of input files. The documents print empty lists, so an empty one is the same as none. */
export function inputFiles(max: number | null) {
  const list = z.array(inputFile(), { error: wants('a list of URLs or paths of local files') });
  if (max === null) return list;
  return list.max(max, { error: (issue) => `must hold at most ${max}: found ${lengthOf(issue.input)}` });
}

/** A list of files that must have a public address already: there is no way to bring a local one there. */
export function remoteFiles() {
  const what = 'a public http(s) URL (or an asset:// id)';
  const entry = z.string({ error: wants(what) }).refine((text) => /^(https?|asset):\/\//i.test(text), {
    error: (issue) => `must be ${what}: found ${shown(issue.input)}`,
  });
  return z.array(entry, { error: wants(`a list, each entry ${what}`) });
}

/** A parameter that this model does not document: given all the same, it is an error that says why. */
export function notHere(why: string) {
  return z.never({ error: () => why }).optional();
}

/** The number of entries of a list; 0 for whatever is not one. */
export function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

/** One rule over several parameters: the field that the message belongs to, and the message when it is broken. */
export interface CrossRule {
  readonly field: string;
  /** The message, or null when the rule holds. Values may be of any type: field checks run beside this. */
  broken(params: JsonObject): string | null;
}

/** Adds rules that are checked even when single fields are wrong, so that every fault is listed at once. */
export function withRules(schema: z.ZodObject, rules: readonly CrossRule[]): z.ZodObject {
  let checked = schema;
  for (const rule of rules) {
    checked = checked.refine((params) => !isJsonObject(params) || rule.broken(params as JsonObject) === null, {
      path: [rule.field],
      error: (issue) => rule.broken(issue.input as JsonObject) ?? 'is not allowed here',
      when: () => true,
    });
  }
  return checked;
}
