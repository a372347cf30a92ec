import { stringify } from 'csv-stringify/sync';
import { type Micros, toUnits } from '../values/money.ts';
import { CSV_DIALECT } from './csv-dialect.ts';
import { escapeFormula } from './escape-formula.ts';
import { quotedOf } from './job-money.ts';
import type { ReportJob } from './report-input.ts';

/** Columns of `report --format csv`, one row a job. Money in the provider's unit, times in ISO 8601, lists with `|` between, as manifests take them. */
export const CSV_COLUMNS = [
  'id',
  'model',
  'provider',
  'state',
  'attempt',
  'quote',
  'charged',
  'refunded',
  'remote_id',
  'error_class',
  'error_message',
  'error_charged',
  'warning',
  'removed',
  'outputs',
  'bytes',
  'tags',
  'created_at',
  'submitted_at',
  'completed_at',
] as const;

const ROWS_AT_ONCE = 256;
/** RFC 4180. A cell of text never begins as a formula; numbers, negative ones too, stay numbers. */
const OPTIONS = { ...CSV_DIALECT, cast: { string: (text: string) => escapeFormula(text) } } as const;

/** The jobs as CSV, in pieces of whole lines, read as a stream: the memory needed does not grow with the batch. */
export function* renderCsv(jobs: Iterable<ReportJob>): Generator<string> {
  let rows: unknown[][] = [[...CSV_COLUMNS]];
  for (const job of jobs) {
    rows.push(row(job));
    if (rows.length < ROWS_AT_ONCE) continue;
    yield stringify(rows, OPTIONS);
    rows = [];
  }
  if (rows.length > 0) yield stringify(rows, OPTIONS);
}

/** In the order of `CSV_COLUMNS`; null is an empty cell. */
function row(job: ReportJob): (string | number | null)[] {
  return [
    job.id,
    job.model,
    job.provider,
    job.state,
    job.attempt,
    units(quotedOf(job)),
    units(job.charged),
    units(job.refunded),
    job.remoteId,
    job.error?.class ?? null,
    job.error?.message ?? null,
    job.error?.charged ?? null,
    job.warning,
    job.removed ? 'true' : null,
    job.outputs.map((output) => output.path).join('|'),
    job.outputs.reduce((sum, output) => sum + output.bytes, 0),
    job.tags.join('|'),
    isoTime(job.createdAt),
    isoTime(job.submittedAt),
    isoTime(job.completedAt),
  ];
}

function units(micros: Micros | null): number | null {
  return micros === null ? null : toUnits(micros);
}

function isoTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
