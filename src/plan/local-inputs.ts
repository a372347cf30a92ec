import type { InputField } from '../job-type/job-type.ts';
import type { InspectFile } from '../manifest/input-file.ts';
import { showValue } from '../manifest/plain-json.ts';
import type { Json } from '../values/json.ts';
import type { ReportField } from './canonical-params.ts';
import type { WrittenAt } from './expand-patterns.ts';
import type { LocalInput } from './planned-job.ts';

/** An input value that names a local file. */
export interface LocalName {
  readonly input: InputField;
  readonly index: number;
  readonly name: string;
}

/** Every input that is a local path and no URL. The hash form is ours alone: written by hand it would be sent as it stands. */
export function localNames(params: Readonly<Record<string, Json>>, inputs: readonly InputField[]): readonly LocalName[] {
  if (inputs.length === 0) return NONE;
  let found: LocalName[] | null = null;
  for (const input of inputs) {
    const value = params[input.field];
    if (value === undefined) continue;
    const names = Array.isArray(value) ? (value as readonly Json[]) : [value];
    for (const [index, name] of names.entries()) {
      // One letter before a colon is a drive, not a scheme.
      if (typeof name !== 'string' || name.trim() === '' || (/^[a-z][a-z0-9+.-]+:/i.test(name) && !/^sha256:/i.test(name))) continue;
      found ??= [];
      found.push({ input, index, name });
    }
  }
  return found ?? NONE;
}

const NONE: readonly LocalName[] = [];

/** Inspects the local files and puts `sha256:<hex>` in their place. Faults are reported; a faulty file stays as it was written. */
export async function readLocalInputs(
  names: readonly LocalName[],
  params: Record<string, Json>,
  inspect: InspectFile,
  fieldOf: (common: string) => string,
  writtenAt: WrittenAt,
  report: ReportField,
): Promise<{ readonly inputs: readonly LocalInput[]; readonly faulty: ReadonlySet<string> }> {
  const inputs: LocalInput[] = [];
  const faulty = new Set<string>();
  for (const { input, index, name } of names) {
    const single = !Array.isArray(params[input.field]);
    const field = single ? fieldOf(input.field) : `${fieldOf(input.field)}[${writtenAt(input.field, index)}]`;
    const fault = (message: string): void => {
      faulty.add(input.field);
      report(field, message);
    };
    if (input.local.by === 'refused') {
      fault(`found the local file ${showValue(name)}; allowed: an http(s) URL. ${input.local.why}`);
      continue;
    }
    const facts = await inspect(name);
    if ('unreadable' in facts) {
      fault(`cannot read ${showValue(name)}: ${facts.unreadable}; allowed: an http(s) URL, or the path of a file relative to the manifest`);
      continue;
    }
    if (facts.mediaType === null || !input.mediaTypes.includes(facts.mediaType)) {
      fault(`${showValue(name)} is ${facts.mediaType ?? 'of no known type'} by its content; allowed: ${input.mediaTypes.join(', ')}`);
      continue;
    }
    if (facts.bytes > input.maxBytes) {
      fault(`${showValue(name)} has ${facts.bytes} bytes; allowed: at most ${input.maxBytes}`);
      continue;
    }
    const { path, sha256, bytes, mediaType } = facts;
    inputs.push({ field: input.field, index, path, sha256, bytes, mediaType });
    const value = params[input.field];
    const hash = `sha256:${sha256}`;
    params[input.field] = Array.isArray(value) ? (value as readonly Json[]).map((item, at) => (at === index ? hash : item)) : hash;
  }
  return { inputs, faulty };
}
