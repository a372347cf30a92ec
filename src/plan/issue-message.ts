import type { z } from 'zod';
import { didYouMean } from '../manifest/nearest-name.ts';
import { showValue } from '../manifest/plain-json.ts';
import type { JsonObject } from '../values/json.ts';

/** What is wrong with a parameter: what was found, what is allowed, and the nearest value. Messages of a job type that say what was found are kept. */
export function issueMessage(issue: z.core.$ZodIssue, params: JsonObject): string {
  const value = issue.path.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[step] : undefined),
    params,
  );
  const told = /found|^is /.test(issue.message) ? issue.message : `found ${showValue(value)}; ${issue.message}`;
  const values = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  return typeof value === 'string' && values.length > 0 ? told + didYouMean(value, values) : told;
}
