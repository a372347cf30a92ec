import { stringify } from 'csv-stringify/sync';
import type { Failure } from '../job-type/outcomes.ts';
import { type CellType, typeCell } from '../manifest/cell-type.ts';
import type { LocalInput } from '../plan/planned-job.ts';
import type { Json, JsonObject } from '../values/json.ts';
import { CSV_DIALECT } from './csv-dialect.ts';
import { escapeFormula } from './escape-formula.ts';

/** A job that failed or was refused, as far as making it again needs it. */
export interface FailedJob {
  readonly id: string;
  readonly model: string;
  readonly state: string;
  /** As they were sent. Local inputs stand as `sha256:<hex>`. */
  readonly params: JsonObject;
  readonly localInputs: readonly LocalInput[];
  readonly vars: JsonObject;
  readonly tags: readonly string[];
  readonly output: string;
  readonly priority: number;
  readonly error: Failure | null;
}

/** Why it failed stands in a variable, which changes nothing of the job. */
const REASON = 'reason';
const FIXED = ['id', 'model', 'prompt', 'output', 'tags', 'priority'] as const;
/** Other names could not be told from each other in a header, or be used in a template. */
const PLAIN_NAME = /^[\p{L}_][\p{L}\p{N}_-]*$/u;

/**
 * The jobs as a manifest in CSV: `nightshift plan` takes it as it is, and makes of each row the same request. Texts are written so that no
 * template runs in them. `cellType` says how a cell of a model's parameter is read. `jobs` is read twice. The cells are what the manifest says, so that they are not changed for spreadsheets; only
 * the reason, which is the API's text, is.
 */
export function* renderFailedManifest(
  jobs: () => Iterable<FailedJob>,
  cellType: (model: string, parameter: string) => CellType | null,
): Generator<string> {
  const params = new Set<string>();
  const vars = new Set<string>();
  for (const job of jobs()) {
    for (const name of Object.keys(job.params)) if (name !== 'prompt') params.add(name);
    for (const [name, value] of Object.entries(job.vars)) if (isScalar(value) && PLAIN_NAME.test(name) && name !== REASON) vars.add(name);
  }
  const head = [...FIXED, ...[...params].map((name) => `params.${name}`), ...[...vars].map((name) => `var.${name}`), `var.${REASON}`];
  yield row(head);
  for (const job of jobs()) {
    const sent = withPaths(job);
    yield row([
      verbatim(job.id),
      job.model,
      typeof sent.prompt === 'string' ? verbatim(sent.prompt) : '',
      verbatim(job.output),
      job.tags.length === 0 ? '' : JSON.stringify(job.tags.map(verbatim)),
      job.priority === 0 ? '' : String(job.priority),
      ...[...params].map((name) => paramCell(sent[name], cellType(job.model, name))),
      ...[...vars].map((name) => scalarCell(job.vars[name])),
      escapeFormula(job.error ? `${job.state}, ${job.error.class}: ${job.error.message}` : job.state),
    ]);
  }
}

function row(cells: readonly string[]): string {
  return stringify([[...cells]], CSV_DIALECT);
}

/** The parameters with the paths of local files in the place of their hashes. */
function withPaths({ params, localInputs }: FailedJob): Record<string, Json> {
  const made: Record<string, Json> = { ...params };
  for (const { field, index, path } of localInputs) {
    const value = made[field];
    made[field] = Array.isArray(value) ? value.map((item: Json, at) => (at === index ? path : item)) : path;
  }
  return made;
}

function paramCell(value: Json | undefined, type: CellType | null): string {
  if (value === undefined || value === null) return '';
  const json = JSON.stringify(value);
  // A text that its own cell would be read otherwise, `42` of a parameter that is passed through, stands as JSON.
  return verbatim(typeof value !== 'string' || (typeCell(value, type) !== value && typeCell(json, type) === value) ? json : value);
}

function scalarCell(value: Json | undefined): string {
  return value === undefined || value === null || !isScalar(value) ? '' : String(value);
}

function isScalar(value: Json | undefined): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** A text as a template that gives exactly this text. */
function verbatim(text: string): string {
  return text.replace(/\{[{%]/g, (opening) => `{{ '${opening}' }}`);
}
