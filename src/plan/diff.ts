import { showValue } from '../manifest/plain-json.ts';
import { canonicalJson } from '../values/canonical-json.ts';
import type { Json, JsonObject } from '../values/json.ts';

/** What is paid for, of a planned job and of a stored one. */
export interface JobDefinition {
  readonly model: string;
  readonly params: JsonObject;
  readonly copy: number;
}

/** One field that differs; null where it is absent. */
export interface FieldChange {
  /** `model`, `copy`, or `params.<name>`. */
  readonly field: string;
  readonly from: Json;
  readonly to: Json;
}

/** Why a changed job is not what it was, in words. */
export function changeReason(before: JobDefinition, after: JobDefinition): string {
  // The content of a local file is in its parameter as a hash, so a changed file shows as a changed parameter.
  return changedFields(before, after).map(describe).join('; ') || 'what is paid for is different';
}

/** The fields in which two definitions differ, parameters by name in alphabetical order. */
export function changedFields(before: JobDefinition, after: JobDefinition): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  if (before.model !== after.model) changes.push({ field: 'model', from: before.model, to: after.model });
  if (before.copy !== after.copy) changes.push({ field: 'copy', from: before.copy, to: after.copy });
  const names = new Set([...Object.keys(before.params), ...Object.keys(after.params)]);
  for (const name of [...names].sort()) {
    const from = before.params[name] ?? null;
    const to = after.params[name] ?? null;
    if (canonicalJson(from) !== canonicalJson(to)) changes.push({ field: `params.${name}`, from, to });
  }
  return changes;
}

function describe({ field, from, to }: FieldChange): string {
  if (from === null) return `${field} is now ${showValue(to)}`;
  if (to === null) return `${field} is gone (was ${showValue(from)})`;
  if (isHash(from) && isHash(to)) return `the file of ${field} has other content`;
  return `${field} was ${showValue(from)}, is now ${showValue(to)}`;
}

function isHash(value: Json): boolean {
  return typeof value === 'string' && value.startsWith('sha256:');
}
