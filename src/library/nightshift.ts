import { dirname, resolve } from 'node:path';
import type { JobEntry, StatusDocument } from '../cli/documents.ts';
import { exitCodeFor, USAGE_EXIT_CODE } from '../cli/exit-codes.ts';
import type { ReportFormat } from '../cli/nightshift.ts';
import type { PlanDocument } from '../plan/plan-document.ts';
import type { RunDocument } from '../report/run-document.ts';
import type { LibraryOptions, Spending } from './library-options.ts';
import { spendingOf } from './spending-of.ts';
import { wantsSandbox } from './wants-sandbox.ts';
import { withEngine } from './with-engine.ts';

// The front door of the package: what a program may use. Everything else may change without notice.
export type { JobEntry, StatusDocument } from '../cli/documents.ts';
export type { PlanCost, PlanDocument } from '../plan/plan-document.ts';
export type { RunDocument, RunMoney } from '../report/run-document.ts';
export type { LibraryOptions, NightshiftEvent, Spending, UsageFault } from './library-options.ts';
export { isUsageFault } from './library-options.ts';

/** How a batch is to be worked. */
export interface WorkOptions extends LibraryOptions, Spending {
  /** Run the highest priorities that fit, when not everything does. */
  readonly partial?: boolean;
  /** Stop submitting at the first job that fails. */
  readonly failFast?: boolean;
  /** Submit nothing more after so many milliseconds; what is in flight is collected. */
  readonly maxDurationMs?: number;
  /** Aborted: submit nothing more, collect what is in flight, end. */
  readonly signal?: AbortSignal;
}

/** How a run ended. */
export type RunOutcome =
  /** It ran; `document` is what `run --json` prints, `summary` the text for people. */
  | { readonly kind: 'ended'; readonly exitCode: number; readonly document: RunDocument; readonly summary: string }
  /** It did not start, and nothing was sent: the manifest has problems, or the money does not suffice. */
  | { readonly kind: 'refused'; readonly exitCode: number; readonly plan: PlanDocument; readonly why: string };

const MAX_ROWS = 1_000_000;
/** Of a call that nobody stops. */
const NEVER: AbortSignal = new AbortController().signal;

/**
 * The dry run of a manifest: what would be made, what it costs, how long it takes. Changes nothing, and works without a key. A manifest with
 * problems gives a plan that lists them. Throws a `UsageFault` for a configuration that cannot be read.
 */
export async function plan(manifest: string, options: LibraryOptions & Pick<Spending, 'maxCost'> = {}): Promise<PlanDocument> {
  const sandbox = wantsSandbox(options);
  const { maxCost } = spendingOf(options, sandbox);
  const file = resolve(options.cwd ?? '.', manifest);
  return withEngine(options, { startDir: dirname(file), sandbox: 'look' }, async (nightshift) => {
    const { document } = await nightshift.plan({ manifest: file, maxCost, maxRows: MAX_ROWS, sandbox });
    return document;
  });
}

/**
 * Makes everything that the manifest asks for and is not made yet, as the command `run` does; run again, it goes on where it was. Throws a
 * `UsageFault` where nothing was done: another run holds the queue, or nobody allowed the money. Keys come from the environment or `.env`.
 */
export async function run(manifest: string, options: WorkOptions = {}): Promise<RunOutcome> {
  const sandbox = wantsSandbox(options);
  const file = resolve(options.cwd ?? '.', manifest);
  return withEngine(options, { startDir: dirname(file), sandbox: 'live' }, async (nightshift) =>
    outcomeOf(await nightshift.run({ manifest: file, maxRows: MAX_ROWS, sandbox, ...work(options, sandbox) })),
  );
}

/** Goes on with a stored batch without its manifest; null: the latest unfinished one. */
export async function resume(batch: string | null, options: WorkOptions = {}): Promise<RunOutcome> {
  const sandbox = wantsSandbox(options);
  return withEngine(options, { startDir: '.', sandbox: 'live' }, async (nightshift) =>
    outcomeOf(await nightshift.resume({ batch, ...work(options, sandbox) })),
  );
}

/** Counts, money and state of a batch: what `status --json` prints. Null: the batch last run. Also while it runs. */
export async function status(batch: string | null, options: LibraryOptions = {}): Promise<StatusDocument> {
  return withEngine(options, { startDir: '.', sandbox: 'stored' }, async (nightshift) => (await nightshift.status(batch)).document);
}

/** The jobs of a batch, in its order. Read all at once: meant for batches that fit into memory. */
export async function jobs(batch: string | null, options: LibraryOptions = {}): Promise<readonly JobEntry[]> {
  return withEngine(options, { startDir: '.', sandbox: 'stored' }, async (nightshift) => {
    const entries: JobEntry[] = [];
    for await (const entry of (await nightshift.jobs({ batch, limit: null, selection: null })).jobs) entries.push(entry);
    return entries;
  });
}

/** The cost report of a batch as text. */
export async function report(batch: string | null, format: ReportFormat, options: LibraryOptions = {}): Promise<string> {
  return withEngine(options, { startDir: '.', sandbox: 'stored' }, async (nightshift) => {
    let text = '';
    for await (const piece of await nightshift.report({ batch, format, width: 100, color: false, folder: '.', gallery: null }))
      text += piece;
    return text;
  });
}

type Engine = Parameters<Parameters<typeof withEngine>[2]>[0];

function work(options: WorkOptions, sandbox: boolean) {
  return {
    ...spendingOf(options, sandbox),
    partial: options.partial === true,
    rules: { failFast: options.failFast === true, halt: null, maxDurationMs: options.maxDurationMs ?? null },
    signal: options.signal ?? NEVER,
  };
}

function outcomeOf(result: Awaited<ReturnType<Engine['run']>>): RunOutcome {
  if (result.kind === 'ended') {
    return { kind: 'ended', exitCode: exitCodeFor(result.reasons), document: result.document, summary: result.summary };
  }
  const exitCode = result.plan.document.problems.length > 0 ? USAGE_EXIT_CODE : exitCodeFor(result.reasons);
  return { kind: 'refused', exitCode, plan: result.plan.document, why: result.why };
}
