import type { InputField } from '../job-type/job-type.ts';
import { type FindFiles, looksLikePattern } from '../manifest/find-files.ts';
import { showValue } from '../manifest/plain-json.ts';
import type { Json } from '../values/json.ts';
import type { ReportField } from './canonical-params.ts';
import type { LocalName } from './local-inputs.ts';

/** Where the manifest wrote the file that now stands at a place of a parameter's list. */
export type WrittenAt = (field: string, index: number) => number;

/** Whether a parameter as it stands breaks the rules of its model: the reason, or null. */
export type CheckField = (field: string, value: Json) => string | null;

/** What expanding the patterns came to. */
export interface Expanded {
  readonly faulty: ReadonlySet<string>;
  readonly writtenAt: WrittenAt;
}

/**
 * Puts the files that match in the place of every pattern (`photos/*.jpg`) among the local inputs, sorted. What matches nothing is a fault, and
 * so are more files than the parameter takes: that is found before any of them is read.
 */
export async function expandPatterns(
  names: readonly LocalName[],
  params: Record<string, Json>,
  find: FindFiles,
  check: CheckField,
  fieldOf: (common: string) => string,
  report: ReportField,
): Promise<Expanded> {
  const faulty = new Set<string>();
  const places = new Map<string, readonly number[]>();
  const patterns = names.filter(({ name, input }) => input.local.by !== 'refused' && looksLikePattern(name));
  for (const input of new Set(patterns.map((pattern) => pattern.input))) {
    const own = patterns.filter((pattern) => pattern.input === input);
    const value = params[input.field]!;
    const items = Array.isArray(value) ? (value as readonly Json[]) : [value];
    const files: Json[] = [];
    const written: number[] = [];
    for (const [index, item] of items.entries()) {
      const isPattern = own.some((pattern) => pattern.index === index);
      const found = isPattern ? await find(item as string) : [item];
      if (found.length === 0) {
        faulty.add(input.field);
        const field = Array.isArray(value) ? `${fieldOf(input.field)}[${index}]` : fieldOf(input.field);
        report(field, `no file matches ${showValue(item)}; allowed: an http(s) URL, or files relative to the manifest`);
      }
      files.push(...found);
      written.push(...found.map(() => index));
    }
    if (faulty.has(input.field)) continue;
    const fault = fits(input, files, check);
    if (fault !== null) {
      faulty.add(input.field);
      report(fieldOf(input.field), `${fault} (${own.map(({ name }) => showValue(name)).join(' and ')} matched)`);
      continue;
    }
    places.set(input.field, written);
    params[input.field] = input.list ? files : files[0]!;
  }
  return { faulty, writtenAt: (field, index) => places.get(field)?.[index] ?? index };
}

function fits(input: InputField, files: readonly Json[], check: CheckField): string | null {
  if (input.list) return check(input.field, files as Json);
  return files.length === 1 ? null : `takes one file: found ${files.length}`;
}
