import type { JsonObject } from '../values/json.ts';
import type { Place } from '../values/problem.ts';
import type { CompiledEntry } from './compile-entry.ts';
import { type CompiledValue, compileValue, holdsTemplate } from './compiled-value.ts';
import type { ManifestJob } from './manifest-job.ts';
import { combinations, countCombinations } from './matrix.ts';
import { didYouMean } from './nearest-name.ts';
import { emptyObject, showNames, showValue } from './plain-json.ts';
import { type RenderContext, renderJobs } from './render-job.ts';
import { type RowBatch, readRows } from './row-source.ts';
import type { SecretCheck } from './secret-check.ts';
import { TemplateFault } from './template.ts';
import type { NodePath } from './yaml-file.ts';

/** Jobs are handed on so many at a time: a promise each would cost more than the work on them. */
export const BATCH = 500;

/** What entries are expanded with. */
export interface ExpandContext extends RenderContext {
  readonly folder: string;
  readonly secrets: SecretCheck;
  /** The line of an item of a list of rows in the manifest. */
  lineOf(path: NodePath): number;
}

interface Combination {
  readonly vars: JsonObject;
  readonly empty: boolean;
  readonly rendered: readonly (readonly [string, CompiledValue])[];
}

/** All jobs of an entry: every row with every combination of the matrix, in batches. Faults are reported. */
export async function* expandEntry(entry: CompiledEntry, context: ExpandContext): AsyncGenerator<readonly ManifestJob[]> {
  const { problems, counter } = context;
  const count = countCombinations(entry.matrix);
  if (count > counter.max) {
    const where = entry.origin.locate('matrix', entry.place);
    const found = Number.isSafeInteger(count)
      ? `${count} combinations, at most ${counter.max} jobs are allowed; raise it with --max-rows ${count}, or make it smaller`
      : `more combinations than can be counted, at most ${counter.max} jobs are allowed; make it smaller`;
    problems.add({ ...where, message: `the matrix has ${found}` });
    return;
  }
  const combos = combinations(entry.matrix).map((vars) => prepare(vars, entry, context));
  if (combos.length === 0) problems.warn(`no jobs: "exclude" takes every combination of the matrix away (${placeOf(entry, 'matrix')})`);
  const names = new Set(combos.flatMap(({ vars }) => Object.keys(vars)));
  let broken: ReadonlySet<string> | null = null;
  let jobs: ManifestJob[] = [];
  for await (const { columns, rows } of rowsOf(entry, context)) {
    // With columns that all rows share, an unknown name is one fault of the template, not one of every row.
    if (columns && broken === null && rows[0]) broken = unknownNames(entry, columns, names, rows[0].place, context);
    for (const row of rows) {
      const clash = names.size > 0 ? [...names].find((name) => name in row.vars) : undefined;
      if (clash !== undefined) {
        const message = `"${clash}" is both a column of the rows and a name of the matrix; rename one`;
        problems.add({ ...entry.origin.locate('matrix', entry.place), message });
        if (columns) return;
        continue;
      }
      for (const combo of combos) {
        const vars = combine(row.vars, row.place, combo, entry, context);
        if (!vars) continue;
        for (const job of renderJobs(entry, { vars, place: row.place, broken: broken ?? NONE }, context)) {
          // Also within one row: a million combinations or copies must not pile up before they are handed on.
          if (jobs.push(job) < BATCH) continue;
          yield jobs;
          jobs = [];
        }
      }
    }
  }
  if (jobs.length > 0) yield jobs;
}

const NONE: ReadonlySet<string> = new Set();

function placeOf(entry: CompiledEntry, field: string): string {
  const { file, line } = entry.origin.locate(field, entry.place);
  return line === null ? file : `${file} line ${line}`;
}

async function* rowsOf(entry: CompiledEntry, context: ExpandContext): AsyncGenerator<RowBatch> {
  const { rows, place } = entry;
  if (rows === null) yield { columns: [], rows: [{ vars: emptyObject(), place }] };
  else if (typeof rows === 'string') {
    const { folder, problems, secrets } = context;
    yield* readRows({ name: rows, folder, problems, secrets }, (message) =>
      problems.add({ ...entry.origin.locate('rows', place), message }),
    );
  } else {
    if (rows.length === 0) context.problems.warn(`no jobs: "rows" is an empty list (${placeOf(entry, 'rows')})`);
    const items = rows.map((vars, index) => ({ vars, place: { file: place.file, line: context.lineOf([...entry.rowsPath, index]) } }));
    yield { columns: null, rows: items };
  }
}

function prepare(vars: JsonObject, entry: CompiledEntry, context: ExpandContext): Combination {
  const rendered: (readonly [string, CompiledValue])[] = [];
  for (const [name, value] of Object.entries(vars)) {
    if (!holdsTemplate(value)) continue;
    try {
      rendered.push([name, compileValue(value)]);
    } catch (error) {
      if (!(error instanceof TemplateFault)) throw error;
      const where = entry.origin.locate('matrix', entry.place);
      context.problems.add({ ...where, field: `${where.field}.${name}`, message: error.message });
    }
  }
  return { vars, empty: Object.keys(vars).length === 0, rendered };
}

/** The row's variables with the combination's; null after a fault. */
function combine(row: JsonObject, place: Place, combo: Combination, entry: CompiledEntry, context: ExpandContext): JsonObject | null {
  if (combo.empty) return row;
  const merged = Object.assign(emptyObject(), row, combo.vars);
  for (const [name, value] of combo.rendered) {
    try {
      merged[name] = value.render(row, 1, { kinds: new Set(['string']), items: null }) ?? '';
    } catch (error) {
      if (!(error instanceof TemplateFault)) throw error;
      context.problems.add({ ...place, field: `${entry.origin.locate('matrix', place).field}.${name}`, message: error.message });
      return null;
    }
  }
  return merged;
}

/** Reports, once, every name that no row of this source can have. Returns the fields that cannot be rendered. */
function unknownNames(
  entry: CompiledEntry,
  columns: readonly string[],
  matrix: ReadonlySet<string>,
  first: Place,
  context: ExpandContext,
): ReadonlySet<string> {
  const broken = new Set<string>();
  const known = new Set([...columns, ...matrix, 'copy']);
  for (const [field, template] of entry.templates) {
    for (const name of template.names) {
      const isId = name === 'id' && (field === 'output' || (entry.id !== null && field !== 'id'));
      if (known.has(name) || isId) continue;
      broken.add(field);
      const where = entry.origin.locate(field, first);
      const rows = columns.length > 0 ? ` (every row, first in ${first.file} line ${first.line})` : '';
      const message = `unknown name "${name}" in ${showValue(template.source)}${rows}; known here: ${showNames(known)}`;
      context.problems.add({ ...where, message: message + didYouMean(name, known) });
    }
  }
  return broken;
}
