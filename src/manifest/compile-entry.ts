import type { Json, JsonObject } from '../values/json.ts';
import type { Place } from '../values/problem.ts';
import { type CompiledValue, compileValue, holdsTemplate } from './compiled-value.ts';
import type { Origin } from './manifest-job.ts';
import { type Matrix, readMatrix } from './matrix.ts';
import { type WrittenField, yamlOrigin } from './origin.ts';
import { emptyObject, isMapping } from './plain-json.ts';
import type { ProblemList } from './problem-list.ts';
import { compileTemplate, type Template, TemplateFault } from './template.ts';
import type { NodePath } from './yaml-file.ts';

/** A parameter whose value a row makes. */
export interface RenderedParameter {
  readonly name: string;
  readonly value: CompiledValue;
}

/** An entry of `jobs` with its templates parsed, ready to be rendered for every row. */
export interface CompiledEntry {
  readonly model: Template | null;
  readonly id: Template | null;
  readonly prompt: Template | null;
  readonly output: Template | null;
  readonly copies: Template;
  readonly priority: Template;
  readonly tags: readonly Template[];
  /** Parameters that are the same for all rows. */
  readonly constants: JsonObject;
  readonly rendered: readonly RenderedParameter[];
  readonly matrix: Matrix;
  /** Names of the variables that the matrix makes. */
  readonly axes: readonly string[];
  /** The name of a file, a list of mappings, or none. */
  readonly rows: string | readonly JsonObject[] | null;
  /** Where the list of rows stands, for the lines of its items. */
  readonly rowsPath: NodePath;
  /** Every template of the entry with the field that it makes. */
  readonly templates: readonly (readonly [field: string, template: Template])[];
  /** Fields that could not be compiled; their fault is reported. */
  readonly broken: ReadonlySet<string>;
  readonly origin: Origin;
  readonly place: Place;
}

/** An entry as written: its own keys over the defaults, each with the path it came from. */
export interface WrittenEntry {
  readonly values: JsonObject;
  readonly params: JsonObject;
  readonly paths: ReadonlyMap<string, NodePath>;
  readonly path: NodePath;
}

const NO_MATRIX: Matrix = { axes: [], include: [], exclude: [] };
const ONE = compileTemplate('1');
const ZERO = compileTemplate('0');

/** Puts an entry over the defaults: parameters key by key (null removes), everything else as a whole. */
export function mergeEntry(defaults: JsonObject, entry: JsonObject | null, index: number): WrittenEntry {
  const values = emptyObject();
  const params = emptyObject();
  const paths = new Map<string, NodePath>();
  const layers: (readonly [JsonObject, NodePath])[] = [[defaults, []]];
  if (entry) layers.push([entry, ['jobs', index]]);
  for (const [layer, base] of layers) {
    for (const [key, value] of Object.entries(layer)) {
      if (key === 'params' || key === 'jobs' || key === 'name' || key === 'budget') continue;
      values[key] = value;
      paths.set(key, [...base, key]);
    }
    if (!isMapping(layer.params)) continue;
    for (const [name, value] of Object.entries(layer.params)) {
      params[name] = value;
      paths.set(`params.${name}`, [...base, 'params', name]);
    }
  }
  for (const [name, value] of Object.entries(params)) if (value === null) delete params[name];
  return { values, params, paths, path: entry ? ['jobs', index] : [] };
}

/** Parses the templates of an entry whose shape has been checked. Faults are reported. */
export function compileEntry(
  written: WrittenEntry,
  file: string,
  lineOf: (path: NodePath) => number,
  problems: ProblemList,
): CompiledEntry {
  const { values, params } = written;
  const fields = new Map<string, WrittenField>();
  for (const [field, path] of written.paths) {
    const value = field.startsWith('params.') ? params[field.slice('params.'.length)] : values[field];
    if (value !== undefined && value !== null) fields.set(field, { path, varies: holdsTemplate(value) });
  }
  const origin = yamlOrigin(file, written.path, fields, lineOf);
  const place = { file, line: lineOf(written.path) };
  const templates: (readonly [string, Template])[] = [];
  const broken = new Set<string>();
  const guarded = <T>(field: string, compile: () => T): T | null => {
    try {
      return compile();
    } catch (error) {
      if (!(error instanceof TemplateFault)) throw error;
      broken.add(field);
      const path = written.paths.get(field) ?? written.path;
      problems.add({ file, line: lineOf(path), field: origin.locate(field, place).field, message: error.message });
      return null;
    }
  };
  const text = (field: string): Template | null => {
    const value = values[field];
    if (typeof value !== 'string' && typeof value !== 'number') return null;
    const template = guarded(field, () => compileTemplate(String(value)));
    if (template) templates.push([field, template]);
    return template;
  };
  const tags: Template[] = [];
  for (const [index, tag] of (Array.isArray(values.tags) ? (values.tags as readonly Json[]) : []).entries()) {
    const template = guarded('tags', () => compileTemplate(String(tag)));
    if (!template) continue;
    tags.push(template);
    templates.push([`tags[${index}]`, template]);
  }
  const constants = emptyObject();
  const rendered: RenderedParameter[] = [];
  for (const [name, value] of Object.entries(params)) {
    if (!holdsTemplate(value)) {
      constants[name] = value;
      continue;
    }
    const compiled = guarded(`params.${name}`, () => compileValue(value));
    if (!compiled) continue;
    rendered.push({ name, value: compiled });
    for (const template of compiled.templates) templates.push([`params.${name}`, template]);
  }
  const matrixPath = written.paths.get('matrix') ?? [];
  const report = (path: NodePath, message: string): void => {
    const at = [...matrixPath, ...path];
    problems.add({ file, line: lineOf(at), field: origin.locate('matrix', place).field + showBelow(path), message });
  };
  const { rows } = values;
  const matrix = isMapping(values.matrix) ? readMatrix(values.matrix, report) : NO_MATRIX;
  return {
    model: text('model'),
    id: text('id'),
    prompt: text('prompt'),
    output: text('output'),
    copies: text('copies') ?? ONE,
    priority: text('priority') ?? ZERO,
    tags,
    constants,
    rendered,
    matrix,
    axes: [...new Set([...matrix.axes.map(([name]) => name), ...matrix.include.flatMap((entry) => Object.keys(entry))])],
    rows: typeof rows === 'string' ? rows : Array.isArray(rows) ? (rows as readonly Json[]).filter(isMapping) : null,
    rowsPath: written.paths.get('rows') ?? [],
    templates,
    broken,
    origin,
    place,
  };
}

function showBelow(path: NodePath): string {
  return path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
}
