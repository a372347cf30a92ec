import type { Json } from '../values/json.ts';
import { changedFields, type JobDefinition } from './diff.ts';

/** The kinds of change that make a job be made again, in the words of `--rerun-triggers`. */
export const RERUN_TRIGGERS = ['params', 'inputs', 'missing'] as const;
export type RerunTrigger = (typeof RERUN_TRIGGERS)[number];

/** What a run does unless told otherwise: what is changed is made again; what is paid for and lost is not paid for again. */
export const DEFAULT_TRIGGERS: readonly RerunTrigger[] = ['params', 'inputs'];

/** Which kinds of change lie between two versions: the content of local files (`inputs`), anything else that is paid for (`params`). */
export function triggersOf(before: JobDefinition, after: JobDefinition): ReadonlySet<RerunTrigger> {
  return new Set(changedFields(before, after).map(({ from, to }) => (onlyContent(from, to) ? 'inputs' : 'params')));
}

/** A local file stands as its hash, alone or in a list: nothing else of the value may differ. */
function onlyContent(from: Json, to: Json): boolean {
  if (Array.isArray(from) && Array.isArray(to))
    return from.length === to.length && from.every((item: Json, at) => item === to[at] || onlyContent(item, to[at] ?? null));
  return [from, to].every((value) => typeof value === 'string' && value.startsWith('sha256:'));
}
