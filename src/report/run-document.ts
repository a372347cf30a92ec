import type { PilotDocument } from '../plan/project-pilot.ts';
import { type Micros, toUnits } from '../values/money.ts';
import type { ReportState } from './report-input.ts';

/** Why a run ended, in the words of the contract (section 8). */
export type Stopped = 'completed' | 'failures' | 'unknown' | 'budget' | 'no_funds' | 'auth' | 'outage' | 'duration' | 'interrupted';

/** `run --json`, `resume --json`, `status --json` and the `done` event (contract, section 8). Money in the provider's unit. */
export interface RunDocument {
  readonly schema_version: 1;
  readonly batch: string;
  /** Null while it runs, and where it has not run yet (`status`). */
  readonly stopped: Stopped | null;
  /** Batch to date. */
  readonly jobs: Readonly<Record<'total' | ReportState, number>>;
  /** By provider, batch to date; `balance_before` at its first run. */
  readonly money: Readonly<Record<string, RunMoney>>;
  /** Batch to date. */
  readonly outputs: { readonly files: number; readonly bytes: number };
  /** Of this run. */
  readonly requests: { readonly submit: number; readonly poll: number; readonly other: number; readonly throttled: number };
  /** How long what is queued or in flight takes under the limits: less than `low`, or more than `high`, once in twenty times each. Null when nothing is left. */
  readonly remaining: Remaining | null;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  /** The path of the HTML report; null where none is written. */
  readonly report: string | null;
  /** Only of a run with a pilot. */
  readonly pilot?: PilotDocument;
  /** Only where it is so: nothing is submitted until `nightshift unpause`. */
  readonly paused?: true;
}

/** A prediction in seconds. */
export interface Remaining {
  readonly seconds: number;
  readonly low: number;
  readonly high: number;
}

/** One provider's money in units; null where it is not known. */
export interface RunMoney {
  readonly unit: string;
  readonly quoted: number | null;
  readonly reserved: number;
  readonly charged: number;
  readonly refunded: number;
  /** `charged - refunded`. */
  readonly net: number;
  readonly unknown: number | null;
  readonly balance_before: number | null;
  readonly balance_after: number | null;
  /** `(balance_before - balance_after) - net`. */
  readonly difference: number | null;
}

/** What the document is made of. Money in micros, times in milliseconds. A `ReportProvider` is a `RunMoneyInput`. */
export interface RunDocumentInput {
  readonly batch: string;
  readonly stopped: Stopped | null;
  /** States that no job is in may be left out. */
  readonly jobs: Readonly<Partial<Record<ReportState, number>>>;
  readonly providers: readonly RunMoneyInput[];
  readonly outputs: { readonly files: number; readonly bytes: number };
  readonly requests: { readonly submit: number; readonly poll: number; readonly other: number; readonly throttled: number };
  readonly remaining: Remaining | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly report: string | null;
  readonly paused?: boolean;
}

/** One provider's money in micros. */
export interface RunMoneyInput {
  readonly name: string;
  readonly unit: string;
  readonly quoted: Micros | null;
  readonly reserved: Micros;
  readonly charged: Micros;
  readonly refunded: Micros;
  readonly unknown: Micros | null;
  readonly balanceBefore: Micros | null;
  readonly balanceAfter: Micros | null;
}

/** Builds the document with every field of the contract, in its order. */
export function runDocument(input: RunDocumentInput): RunDocument {
  const { files, bytes } = input.outputs;
  const { submit, poll, other, throttled } = input.requests;
  return {
    schema_version: 1,
    batch: input.batch,
    stopped: input.stopped,
    jobs: jobCounts(input.jobs),
    money: Object.fromEntries(input.providers.map((provider) => [provider.name, runMoney(provider)])),
    outputs: { files, bytes },
    requests: { submit, poll, other, throttled },
    remaining: input.remaining,
    started_at: isoTime(input.startedAt),
    ended_at: isoTime(input.endedAt),
    report: input.report,
    ...(input.paused && { paused: true }),
  };
}

function jobCounts(jobs: RunDocumentInput['jobs']): RunDocument['jobs'] {
  const of = (state: ReportState) => jobs[state] ?? 0;
  const states = {
    queued: of('queued'),
    submitting: of('submitting'),
    processing: of('processing'),
    ready: of('ready'),
    done: of('done'),
    failed: of('failed'),
    rejected: of('rejected'),
    canceled: of('canceled'),
    unknown: of('unknown'),
  };
  return { total: Object.values(states).reduce((sum, count) => sum + count, 0), ...states };
}

function runMoney(money: RunMoneyInput): RunMoney {
  const units = (micros: Micros | null) => (micros === null ? null : toUnits(micros));
  const { balanceBefore: before, balanceAfter: after } = money;
  const net = money.charged - money.refunded;
  return {
    unit: money.unit,
    quoted: units(money.quoted),
    reserved: toUnits(money.reserved),
    charged: toUnits(money.charged),
    refunded: toUnits(money.refunded),
    net: toUnits(net),
    unknown: units(money.unknown),
    balance_before: units(before),
    balance_after: units(after),
    // Subtracted as integers: in units, floating point would leave dust where the sums agree.
    difference: before === null || after === null ? null : toUnits(before - after - net),
  };
}

function isoTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
