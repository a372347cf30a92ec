import { type Micros, toUnits } from '../values/money.ts';
import type { BalanceFigures, ReportFigures, Sums } from './figures.ts';

/** `report --json`, `report --format json`. Money in the provider's unit, null where it is not known; times in ISO 8601, durations in seconds. */
export interface ReportDocument {
  readonly schema_version: 1;
  readonly report: {
    readonly batch: string;
    readonly stopped: string;
    readonly started_at: string;
    readonly ended_at: string | null;
    readonly time: { readonly worked_seconds: number; readonly jobs_per_hour: number | null };
    readonly jobs: ReportFigures['jobs'];
    /** Jobs that the manifest no longer has and money was spent on: in no count of `jobs`, but in the money and the files. */
    readonly removed_jobs: number;
    readonly money: Readonly<Record<string, MoneyEntry>>;
    readonly failures: readonly FailureEntry[];
    /** `count` is all of them, `jobs` the first few hundred. */
    readonly unknown: { readonly count: number; readonly jobs: readonly UnknownEntry[] };
    readonly paid_but_lost: { readonly count: number; readonly jobs: readonly LostEntry[] };
    readonly short_deliveries: { readonly count: number; readonly jobs: readonly ShortEntry[] };
    readonly outputs: { readonly files: number; readonly bytes: number };
    /** Slot limits that are sought within a range, with the size found so far. */
    readonly slots: ReportFigures['slots'];
    readonly requests: ReportFigures['requests'];
  };
}

interface SumsEntry {
  readonly jobs: number;
  readonly removed_jobs: number;
  readonly quoted: number;
  /** Jobs that `quoted` leaves out, their price not being known. */
  readonly unpriced_jobs: number;
  readonly charged: number;
  readonly refunded: number;
  readonly net: number;
  readonly unknown: number;
}

interface MoneyEntry extends SumsEntry {
  readonly unit: string;
  readonly reserved: number;
  readonly balance_before: number | null;
  readonly balance_after: number | null;
  readonly other_batches: number;
  readonly difference: number | null;
  readonly verdict: BalanceFigures['verdict'];
  readonly explanation: string;
  readonly by_model: readonly (SumsEntry & {
    readonly model: string;
    readonly done: number;
    readonly failed: number;
    readonly files: number;
    readonly bytes: number;
    readonly latency_seconds: { readonly jobs: number; readonly median: number; readonly p90: number } | null;
  })[];
  /** Where the models do not add up to the provider's ledger; empty when they do. `difference = ledger - jobs`. */
  readonly gaps: readonly { readonly field: string; readonly ledger: number; readonly jobs: number; readonly difference: number }[];
}

interface FailureEntry {
  readonly provider: string;
  readonly unit: string;
  readonly class: string;
  readonly message: string;
  readonly jobs: number;
  readonly charged: { readonly yes: number; readonly no: number; readonly unknown: number };
  readonly net: number;
  readonly unknown: number;
  readonly examples: readonly string[];
}

interface UnknownEntry {
  readonly id: string;
  readonly model: string;
  readonly provider: string;
  readonly unit: string;
  readonly attempt: number;
  readonly submitted_at: string | null;
  readonly may_cost: number | null;
  readonly message: string | null;
}

interface LostEntry {
  readonly id: string;
  readonly model: string;
  readonly unit: string;
  readonly remote_id: string | null;
  readonly net: number;
  readonly message: string;
}

interface ShortEntry {
  readonly id: string;
  readonly model: string;
  readonly files: number;
  readonly warning: string;
}

/** The report as a document. */
export function reportDocument(figures: ReportFigures): ReportDocument {
  const { batch, stopped, jobs, outputs, requests, unknown, lost, short } = figures;
  return {
    schema_version: 1,
    report: {
      batch,
      stopped,
      started_at: new Date(figures.startedAt).toISOString(),
      ended_at: isoTime(figures.endedAt),
      time: { worked_seconds: figures.time.workedMs / 1000, jobs_per_hour: figures.time.jobsPerHour },
      jobs,
      removed_jobs: figures.removed,
      money: Object.fromEntries(figures.providers.map((provider) => [provider.name, moneyEntry(provider)])),
      failures: figures.failures.map((group) => ({ ...group, net: toUnits(group.net), unknown: toUnits(group.unknown) })),
      unknown: {
        count: unknown.count,
        jobs: unknown.listed.map(({ submittedAt, mayCost, ...job }) => ({
          ...job,
          submitted_at: isoTime(submittedAt),
          may_cost: unitsOrNull(mayCost),
        })),
      },
      paid_but_lost: {
        count: lost.count,
        jobs: lost.listed.map(({ remoteId, net, ...job }) => ({ ...job, remote_id: remoteId, net: toUnits(net) })),
      },
      short_deliveries: { count: short.count, jobs: short.listed },
      outputs,
      slots: figures.slots,
      requests,
    },
  };
}

/** The document as text, indented, with a line break at its end. */
export function renderJson(figures: ReportFigures): string {
  return `${JSON.stringify(reportDocument(figures), null, 2)}\n`;
}

function moneyEntry(provider: ReportFigures['providers'][number]): MoneyEntry {
  const { unit, reserved, balance, models, gaps } = provider;
  return {
    unit,
    ...sumsEntry(provider),
    reserved: toUnits(reserved),
    balance_before: unitsOrNull(balance.before),
    balance_after: unitsOrNull(balance.after),
    other_batches: toUnits(balance.otherBatches),
    difference: unitsOrNull(balance.difference),
    verdict: balance.verdict,
    explanation: balance.explanation,
    by_model: models.map(({ model, done, failed, files, bytes, latency, ...sums }) => ({
      model,
      ...sumsEntry(sums),
      done,
      failed,
      files,
      bytes,
      latency_seconds: latency === null ? null : { jobs: latency.jobs, median: latency.medianMs / 1000, p90: latency.p90Ms / 1000 },
    })),
    gaps: gaps.map(({ field, ledger, jobs, difference }) => ({
      field,
      ledger: toUnits(ledger),
      jobs: toUnits(jobs),
      difference: toUnits(difference),
    })),
  };
}

function sumsEntry({ jobs, removed, quoted, unpricedJobs, charged, refunded, net, unknown }: Sums): SumsEntry {
  const units = { charged: toUnits(charged), refunded: toUnits(refunded), net: toUnits(net), unknown: toUnits(unknown) };
  return { jobs, removed_jobs: removed, quoted: toUnits(quoted), unpriced_jobs: unpricedJobs, ...units };
}

function unitsOrNull(micros: Micros | null): number | null {
  return micros === null ? null : toUnits(micros);
}

function isoTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
