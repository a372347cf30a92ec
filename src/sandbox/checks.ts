import { z } from 'zod';
import { Refusal } from './refusal.ts';

/** Checks a request body against its documented fields; a fault is a 400 in the API reference's standard form, with every field's fault under `details`. */
export function check<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const details: Record<string, string> = {};
  for (const issue of read.error.issues) details[issue.path.join('.') || 'body'] ??= issue.message;
  throw new Refusal(400, read.error.issues[0]?.message ?? 'Invalid request', { details });
}

/** A required text with a documented greatest length. */
export function promptOf(longest: number) {
  return z
    .string({ error: 'Prompt is required' })
    .refine((text) => text.trim() !== '', 'Prompt is required')
    .max(longest, `Prompt is too long. Maximum ${longest} characters`);
}

/** One of a documented list of words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(name: string, words: Words) {
  return z.enum(words, { error: `Invalid ${name}. Must be one of: ${words.join(', ')}` });
}

/** A URL that the API could fetch. The sandbox never does. */
export function webUrl(name: string) {
  return z.string({ error: `${name} must be a URL` }).regex(/^https?:\/\/[^\s/]+/, `${name} must be an http(s) URL`);
}

/** A list of such URLs, at most so many. */
export function webUrls(name: string, most: number) {
  return z.array(webUrl(name), { error: `${name} must be a list of URLs` }).max(most, `${name} takes at most ${most} URLs`);
}

/** An optional boolean. */
export function flag(name: string) {
  return z.boolean({ error: `${name} must be a boolean` }).optional();
}

const policyWord = /\bforbidden\b/i;

/** Refuses a prompt with a policy word as the documents' 422 does, before anything is charged. */
export function checkPolicy(prompt: string): void {
  if (policyWord.test(prompt)) throw new Refusal(422, 'Content policy violation detected in prompt');
}
