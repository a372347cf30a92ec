import type { MoneyReport } from '../../src/job-type/outcomes.ts';
import { isJsonObject, type Json, type JsonObject } from '../../src/values/json.ts';
import { amountOf, firstOf, idOf, own } from '../shared/read-fields.ts';

/** Keys under which the documents and the vendor's clients put the object that matters. */
const ENVELOPES = ['job', 'generation', 'data', 'task', 'result', 'output'] as const;

/**
 * The objects of an answer in which a field may stand, from the inside out: `data.job`, `job`, `generation`, `data`, bare. The
 * documents show all of them, so an inner word ("failed") wins over an outer one ("success").
 */
export function layersOf(json: Json | undefined): readonly JsonObject[] {
  if (!isJsonObject(json)) return [];
  const inner: JsonObject[] = [];
  for (const name of ENVELOPES) {
    const found = single(own(json, name));
    if (found === null) continue;
    for (const deeper of ENVELOPES) {
      const nested = single(own(found, deeper));
      if (nested !== null) inner.push(nested);
    }
  }
  for (const name of ENVELOPES) {
    const found = single(own(json, name));
    if (found !== null) inner.push(found);
  }
  return [...inner, json];
}

/** An object, or the only object of a list. */
function single(value: Json | undefined): JsonObject | null {
  if (isJsonObject(value)) return value;
  if (!Array.isArray(value) || value.length !== 1) return null;
  const only: unknown = value[0];
  return isJsonObject(only) ? only : null;
}

/** The ids to poll: the family's own names first, then the other families' (the documents mix them), a bare `id` last. */
export function pollIds(layers: readonly JsonObject[], names: readonly string[]): readonly string[] {
  for (const name of [...names, 'generation_id', 'task_id', 'job_id', 'id']) {
    for (const layer of layers) {
      const value = own(layer, name) ?? own(layer, `${name}s`) ?? own(layer, 'jobs');
      const ids = (Array.isArray(value) ? value : [value]).map((entry: unknown) => idOf(isJsonObject(entry) ? own(entry, name) : entry));
      const readable = ids.filter((id) => id !== null);
      if (readable.length > 0) return [...new Set(readable)];
    }
  }
  return [];
}

/** Every other id of an answer by its own name: `provider_task_id`, `request_id`, `prompt_submission_id`. */
export function otherIds(layers: readonly JsonObject[], polled: readonly string[]): Readonly<Record<string, string>> {
  const other = new Map<string, string>();
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer)) {
      if (!/(^|_)ids?$|[a-z]Id$/.test(name) || other.has(name)) continue;
      const values = (Array.isArray(value) ? value : [value]).map((entry: unknown) => idOf(entry)).filter((id) => id !== null);
      if (values.length > 0 && !values.every((id) => polled.includes(id))) other.set(name, values.join(' '));
    }
  }
  return Object.fromEntries(other);
}

/** What an answer says of money. The same idea has several names: `credits_used` on create, `credits_charged` on status. */
export function moneyOf(layers: readonly JsonObject[]): MoneyReport {
  const balance = ['credits_remaining', 'credits_remaining_total', 'credits_balance', 'credits_available'];
  return {
    charged: firstOf(layers, ['credits_charged', 'credits_used'], positive),
    refunded: firstOf(layers, ['credits_refunded', 'refunded_credits', 'refunded'], refundOf),
    balance: firstOf(layers, balance, amountOf),
  };
}

function positive(value: unknown): number | null {
  const amount = amountOf(value);
  return amount !== null && amount >= 0 ? amount : null;
}

/** A refund is a number (Sora), a boolean (Video Studio), or not there at all (Kling). */
function refundOf(value: unknown): number | boolean | null {
  return typeof value === 'boolean' ? value : positive(value);
}
