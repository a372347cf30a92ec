import type { Json, JsonObject } from '../values/json.ts';
import { type CompiledEntry, compileEntry, mergeEntry } from './compile-entry.ts';
import { type ExpandContext, expandEntry } from './expand-entry.ts';
import type { ManifestJob } from './manifest-job.ts';
import { ENTRY_KEYS, MANIFEST_KEYS, manifestSchema, takesOnlyText } from './manifest-schema.ts';
import { nearMiss } from './nearest-name.ts';
import { emptyObject, isMapping, showValue } from './plain-json.ts';
import { quotesMissing, schemaFaults } from './schema-problems.ts';
import { SECRET_MESSAGE, type SecretCheck } from './secret-check.ts';
import { type NodePath, readYamlFile, showPath } from './yaml-file.ts';

/** A YAML manifest, read whole and checked; its jobs are still to be made. */
export interface YamlManifest {
  readonly name: string | null;
  readonly budget: number | Readonly<Record<string, number>> | null;
  readonly budgetLine: number | null;
  jobs(): AsyncGenerator<readonly ManifestJob[]>;
}

/** Reads a YAML manifest. Problems are reported; null when nothing of it can be used. */
export async function readYamlManifest(file: string, context: Omit<ExpandContext, 'lineOf'>): Promise<YamlManifest | null> {
  const { problems } = context;
  const yaml = await readYamlFile(file, file, problems);
  if (yaml === null) return null;
  // A list is a manifest that has nothing but `jobs`: collections come so.
  const listed = Array.isArray(yaml.data);
  const data = listed ? Object.assign(emptyObject(), { jobs: yaml.data }) : yaml.data;
  const lineOf = (path: NodePath): number => yaml.lineOf(listed ? path.slice(1) : path);
  if (!isMapping(data)) {
    if (problems.count > 0) return null;
    const found = data === null ? 'the manifest is empty' : `found ${showValue(data)}`;
    problems.add({ file, line: 1, field: '', message: `${found}; a mapping with at least "model" and "prompt" is needed` });
    return null;
  }
  const report = (path: NodePath, message: string): void => problems.add({ file, line: lineOf(path), field: showPath(path), message });
  for (const path of secretPaths(data, context.secrets)) report(path, SECRET_MESSAGE);
  const checked = manifestSchema.safeParse(data);
  const faults = checked.success
    ? []
    : schemaFaults(checked.error.issues, data, (path) => (path.length === 0 ? MANIFEST_KEYS : ENTRY_KEYS));
  // They came as text, which the schema would accept where it refuses a smaller number.
  for (const { path: at, digits } of yaml.largeNumbers) {
    const path = listed ? ['jobs', ...at] : at;
    if (takesOnlyText(path)) faults.push({ path, message: quotesMissing(digits) });
  }
  for (const fault of faults) if (!yaml.brokenLines.has(lineOf(fault.path))) report(fault.path, fault.message);
  const usable = faults.reduce<JsonObject>((left, fault) => without(left, fault.path), data);
  const entries = Array.isArray(usable.jobs) ? (usable.jobs as readonly Json[]) : [null];
  const compiled: CompiledEntry[] = [];
  for (const [index, entry] of entries.entries()) {
    if (entry !== null && !isMapping(entry)) continue;
    // It was no mapping, which is said: that it has no model either follows from that.
    if (faults.some(({ path }) => path.length === 2 && path[0] === 'jobs' && path[1] === index)) continue;
    const own = Array.isArray(usable.jobs) ? (entry ?? emptyObject()) : null;
    const result = compileEntry(mergeEntry(usable, own, index), file, lineOf, problems);
    // What was taken out because its shape is wrong must not be reported again as missing.
    const hidden = faults.flatMap(({ path }) => fieldOf(path, index)).filter((field) => !ENTRY_FIELDS_THAT_END.has(field));
    // Neither must what is there under a name that is nearly right.
    const meant = hidden.flatMap((field) => nearMiss(field, ENTRY_KEYS) ?? []);
    compiled.push({ ...result, broken: new Set([...result.broken, ...hidden, ...meant]) });
  }
  const { name, budget } = usable;
  return {
    name: typeof name === 'string' && name.trim() !== '' ? name.trim() : null,
    budget: typeof budget === 'number' || isMapping(budget) ? (budget as number | Readonly<Record<string, number>>) : null,
    budgetLine: budget === undefined || budget === null ? null : lineOf(['budget']),
    async *jobs() {
      for (const entry of compiled) yield* expandEntry(entry, { ...context, lineOf });
    },
  };
}

const ENTRY_FIELDS_THAT_END: ReadonlySet<string> = new Set(['rows', 'matrix', 'params']);

/** The field of entry `index` that a path into the manifest names; none when it is another entry's. */
function fieldOf(path: NodePath, index: number): readonly string[] {
  const [first, second, ...rest] = path;
  const [key, inner] = first === 'jobs' ? (second === index ? rest : []) : [first, second];
  if (typeof key !== 'string') return [];
  return [key === 'params' && inner !== undefined ? `params.${inner}` : key];
}

/** The data without what the path names. */
function without(data: JsonObject, path: NodePath): JsonObject {
  const remove = (value: Json, rest: NodePath): Json | undefined => {
    const [step, ...below] = rest;
    if (step === undefined) return undefined;
    if (Array.isArray(value)) {
      // The place is kept, so that later paths and the numbers of entries stay right.
      return (value as readonly Json[]).map((item, index) => (index === Number(step) ? (remove(item, below) ?? null) : item));
    }
    if (!isMapping(value)) return value;
    const copy = Object.assign(emptyObject(), value);
    const left = copy[step] === undefined ? undefined : remove(copy[step], below);
    if (left === undefined) delete copy[step];
    else copy[step] = left;
    return copy;
  };
  const left = remove(data, path);
  return isMapping(left) ? left : emptyObject();
}

function* secretPaths(data: JsonObject, secrets: SecretCheck): Generator<NodePath> {
  if (!secrets.active) return;
  const open: (readonly [Json, NodePath])[] = [[data, []]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, path] = next;
    if (typeof value === 'string' && secrets.inText(value)) yield path;
    if (typeof value !== 'object' || value === null) continue;
    const items = Array.isArray(value) ? (value as readonly Json[]).entries() : Object.entries(value as JsonObject);
    for (const [key, item] of items) {
      if (typeof key === 'string' && secrets.inText(key)) yield path;
      else open.push([item, [...path, key]]);
    }
  }
}
