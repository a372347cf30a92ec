import type { Json } from '../values/json.ts';
import { listCell, typeCell } from './cell-type.ts';
import type { CompiledEntry, RenderedParameter } from './compile-entry.ts';
import { type CompiledValue, compileValue } from './compiled-value.ts';
import type { ManifestJob, Origin } from './manifest-job.ts';
import { rowOrigin } from './origin.ts';
import { emptyObject } from './plain-json.ts';
import { type RenderContext, renderJobs } from './render-job.ts';
import { type Column, columnsWithoutModel, JOB_COLUMNS, type JobColumn, readColumns } from './table-columns.ts';
import { readTable, type TableRow, type TableSource } from './table-rows.ts';
import { compileTemplate, hasTags, type Template, TemplateFault } from './template.ts';

const ONE = compileTemplate('1');
const ZERO = compileTemplate('0');
const NO_FIELDS: ReadonlySet<string> = new Set();
const NO_MODEL: ReadonlySet<string> = new Set(['model']);
const NO_TAGS: readonly Template[] = [];
const NO_AXES: readonly string[] = [];
const NO_TEMPLATES: CompiledEntry['templates'] = [];
const NONE_RENDERED: readonly RenderedParameter[] = [];
const NO_MATRIX = { axes: [], include: [], exclude: [] };

/** The jobs of a CSV or TSV manifest, one a row (and copy), in batches as they are read. Faults are reported with the row's line. */
export async function* tableJobs(source: TableSource, context: RenderContext): AsyncGenerator<readonly ManifestJob[]> {
  let reader: RowReader | null = null;
  for await (const { columns, headerLine, rows } of readTable(source)) {
    if (reader === null) {
      if (!columns.includes('model')) {
        const message = `there is no column "model"; allowed: ${JOB_COLUMNS.join(', ')}, parameters and variables. Add a column "model", or name this file under "rows" of a YAML manifest`;
        source.problems.add({ file: source.file, line: headerLine, field: 'model', message });
        return;
      }
      reader = new RowReader(columns, headerLine, source, context);
    }
    const jobs: ManifestJob[] = [];
    for (const row of rows) for (const job of reader.jobs(row)) jobs.push(job);
    if (jobs.length > 0) yield jobs;
  }
}

/** Makes jobs of rows: what the columns mean is worked out once a model. */
class RowReader {
  readonly #columns: readonly string[];
  readonly #headerLine: number;
  readonly #source: TableSource;
  readonly #context: RenderContext;
  readonly #modelAt: number;
  readonly #plans = new Map<string, readonly Column[] | null>();
  readonly #origin: Origin;
  /** The cell of tags read last, and what it means: most rows share theirs. */
  #lastTags: readonly [cell: string, tags: readonly Template[]] = ['', NO_TAGS];

  constructor(columns: readonly string[], headerLine: number, source: TableSource, context: RenderContext) {
    this.#columns = columns;
    this.#headerLine = headerLine;
    this.#source = source;
    this.#context = context;
    this.#modelAt = columns.indexOf('model');
    this.#origin = rowOrigin((field) => {
      const name = field.startsWith('params.') ? field.slice('params.'.length) : field;
      return columns.includes(name) ? name : field;
    });
  }

  jobs(row: TableRow): Iterable<ManifestJob> {
    const model = row.cells[this.#modelAt]!.trim();
    const plan = this.#plan(model, row);
    const { file } = this.#source;
    const place = { file, line: row.line };
    const vars = emptyObject();
    const constants = emptyObject();
    const spec = this.#context.specs.find(model);
    let rendered = NONE_RENDERED;
    const texts: Partial<Record<JobColumn, Template>> = {};
    let templates = NO_TEMPLATES;
    let broken = spec === null ? NO_MODEL : NO_FIELDS;
    let tags = NO_TAGS;
    const compile = <T>(field: string, work: () => T): T | null => {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof TemplateFault)) throw error;
        broken = new Set([...broken, field]);
        this.#context.problems.add({ ...this.#origin.locate(field, place), message: error.message });
        return null;
      }
    };
    for (let at = 0; at < plan.length; at++) {
      const column = plan[at]!;
      const cell = row.cells[at]!;
      if (column.kind === 'variable') vars[column.name] = cell;
      if (column.kind === 'variable' || column.kind === 'mistake' || cell.trim() === '') continue;
      if (column.kind === 'parameter') {
        const { name } = column;
        if (hasTags(cell)) {
          const value = compile(`params.${name}`, (): CompiledValue => compileValue(cell));
          if (value) rendered = [...rendered, { name, value }];
        } else if (name in constants) {
          const message = `the parameter "${name}" has two columns ("${name}" and "params.${name}"); keep one`;
          this.#context.problems.add({ ...place, field: this.#columns[at]!, message });
        } else constants[name] = typeCell(cell, spec?.cellType(name) ?? null) as Json;
      } else if (column.name === 'tags') {
        const [known, made] = this.#lastTags;
        tags = cell === known ? made : listCell(cell).flatMap((tag) => compile('tags', () => compileTemplate(String(tag))) ?? []);
        // Tags with a fault are reported for each row.
        if (!broken.has('tags')) this.#lastTags = [cell, tags];
      } else if (!hasTags(cell)) {
        texts[column.name] = compileTemplate(cell);
      } else {
        const template = compile(column.name, () => compileTemplate(cell));
        if (!template) continue;
        texts[column.name] = template;
        templates = [...templates, [column.name, template]];
      }
    }
    const entry: CompiledEntry = {
      model: texts.model ?? null,
      id: texts.id ?? null,
      prompt: texts.prompt ?? null,
      output: texts.output ?? null,
      copies: texts.copies ?? ONE,
      priority: texts.priority ?? ZERO,
      tags,
      constants,
      rendered,
      matrix: NO_MATRIX,
      axes: NO_AXES,
      rows: null,
      rowsPath: [],
      templates,
      broken,
      origin: this.#origin,
      place,
    };
    return renderJobs(entry, { vars, place, broken: NO_FIELDS }, this.#context);
  }

  /** What the columns mean for rows of this model. Mistakes are reported once a model, at the header. */
  #plan(model: string, row: TableRow): readonly Column[] {
    const { specs, problems } = this.#context;
    const known = this.#plans.get(model);
    const { file } = this.#source;
    if (known !== undefined && known !== null) return known;
    const spec = specs.find(model);
    if (spec === null) {
      const message = model === '' ? 'the cell is empty; every row needs a model' : specs.unknownMessage(model);
      problems.add({ file, line: row.line, field: 'model', message });
      // The rest of the row is read all the same: its other faults are listed in the same go.
      return columnsWithoutModel(this.#columns);
    }
    const plan = readColumns(this.#columns, spec);
    for (const [at, column] of plan.entries()) {
      if (column.kind === 'mistake') problems.add({ file, line: this.#headerLine, field: this.#columns[at]!, message: column.message });
    }
    this.#plans.set(model, plan);
    return plan;
  }
}
