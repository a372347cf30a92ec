import type { PilotDocument } from '../plan/project-pilot.ts';
import type { JsonObject } from '../values/json.ts';
import type { AccountAccess } from './account.ts';
import type { CancelDocument, DownloadResult, RegenerateDocument, RetryDocument, VerifyDocument } from './action-documents.ts';
import type { BatchStatus } from './batch-status.ts';
import type { Answer, ConfirmSpend } from './confirm-spend.ts';
import type {
  AdoptDocument,
  BackupDocument,
  BalanceResult,
  DecisionsExport,
  JobList,
  ModelsDocument,
  PlanResult,
  ReconcileDocument,
  RunResult,
  StaticExport,
} from './documents.ts';
import type { StopRules } from './engine/brakes.ts';
import type { PlanScope } from './engine/refine-plan.ts';
import type { Finding } from './finding.ts';
import type { InitOptions, InitResult } from './init.ts';
import type { MoneyCap } from './options/parse-money-flag.ts';
import type { Selection } from './options/select-options.ts';
import type { ShowDocument } from './show-document.ts';
import type { PauseState, SetDocument } from './steer-documents.ts';

/** What `plan` needs. Paths as given, relative to the current folder. */
export interface PlanOptions {
  readonly manifest: string;
  readonly maxCost: MoneyCap | null;
  readonly maxRows: number;
  /** Prices and limits of a sandbox of its own instead of the accounts. */
  readonly sandbox: boolean;
  /** What is meant of the manifest; the rest is left as it is. Left out: everything. */
  readonly scope?: Partial<PlanScope>;
}

/** Asked after a pilot, with what it measured: whether the rest follows. The signal ends the question. */
export type PilotDecision = (pilot: Omit<PilotDocument, 'decision'>, signal: AbortSignal) => Promise<Answer>;

/** What `run` needs. */
export interface RunOptions extends PlanOptions {
  /** Run the highest priorities that fit, when not everything does. */
  readonly partial: boolean;
  /** A JSON file beside each output; left out: none, save for those that have one. */
  readonly sidecars?: boolean;
  /** A command line for a shell when the run has ended; left out: that of the configuration. */
  readonly notifyCommand?: string | null;
  /** When to stop submitting by itself. */
  readonly rules: StopRules;
  /** Asked once, when the plan is known and something is to be paid, before anything is stored. Throws when spending is refused. */
  readonly confirm: ConfirmSpend;
  /** Asked after the pilot that `scope` asks for; left out: the rest stays queued. */
  readonly goOn?: PilotDecision;
  /** Aborted by the first Ctrl-C or SIGTERM: submit nothing more, collect what is in flight, end. */
  readonly signal: AbortSignal;
}

/** What `resume` needs. */
export interface ResumeOptions {
  /** Null: the latest unfinished batch. */
  readonly batch: string | null;
  /** What is meant of the queue; the rest stays queued. Left out: everything. */
  readonly selection?: Selection | null;
  readonly maxCost: MoneyCap | null;
  readonly partial: boolean;
  /** A JSON file beside each output; left out: none, save for those that have one. */
  readonly sidecars?: boolean;
  /** A command line for a shell when the run has ended; left out: that of the configuration. */
  readonly notifyCommand?: string | null;
  readonly rules: StopRules;
  readonly confirm: ConfirmSpend;
  readonly signal: AbortSignal;
}

/** What `jobs` needs. Null: all of them. */
export interface JobsOptions {
  readonly batch: string | null;
  readonly limit: number | null;
  readonly selection: Selection | null;
}

/** What `retry` needs. */
export interface RetryOptions {
  readonly batch: string | null;
  /** Null: failed jobs, save those that are paid and lost, or given up with an unknown outcome. What is selected may be failed, rejected or canceled, and lost too. */
  readonly selection: Selection | null;
  readonly maxCost: MoneyCap | null;
  readonly confirm: ConfirmSpend;
  /** Only say what would be done. */
  readonly dryRun: boolean;
}

/** What `regenerate` needs: jobs by their ids, or those selected, or those that a decisions file rejects, selected ones of it. */
export interface RegenerateOptions {
  readonly batch: string | null;
  readonly jobs: readonly string[];
  readonly selection: Selection | null;
  /** A decisions file, relative to the current folder. */
  readonly from: string | null;
  readonly maxCost: MoneyCap | null;
  readonly confirm: ConfirmSpend;
  readonly dryRun: boolean;
}

/** What `adopt` needs: jobs by their ids, or those selected. */
export interface AdoptOptions {
  readonly batch: string | null;
  /** Null: the one that the batch was run with. */
  readonly manifest: string | null;
  readonly jobs: readonly string[];
  readonly selection: Selection | null;
  readonly maxRows: number;
  readonly dryRun: boolean;
}

/** What `cancel` needs. */
export interface CancelOptions {
  readonly batch: string | null;
  /** Null: everything that is queued. */
  readonly selection: Selection | null;
  readonly dryRun: boolean;
}

/** What `download` needs. */
export interface DownloadOptions {
  readonly batch: string | null;
  /** Null: every file that is to be had. */
  readonly selection: Selection | null;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

/** What `reconcile` needs. */
export interface ReconcileOptions {
  readonly batch: string | null;
  /** The person's word on what no history can settle. */
  readonly decide: 'resubmit' | 'abandon' | null;
  readonly maxCost: MoneyCap | null;
  /** Asked before anything may be paid a second time. */
  readonly confirm: ConfirmSpend;
  readonly signal: AbortSignal;
}

/** What `set` needs: both as written. */
export interface SetOptions {
  readonly batch: string | null;
  readonly key: string;
  readonly value: string;
}

/** The formats of `report`. */
export const REPORT_FORMATS = ['table', 'json', 'csv', 'md', 'html'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** What `schema` knows. */
export const SCHEMA_NAMES = ['manifest', 'config'] as const;
export type SchemaName = (typeof SCHEMA_NAMES)[number];

/** What `report` needs. */
export interface ReportOptions {
  readonly batch: string | null;
  readonly format: ReportFormat;
  /** Columns of the terminal, and whether it takes colours: for `table`. */
  readonly width: number;
  readonly color: boolean;
  /** For `html`: the folder that the page will lie in, relative to the current one, so that it finds the files. */
  readonly folder: string;
  /** For `html`: the address of the contact sheet beside the page; null without one. */
  readonly gallery: string | null;
}

/** What `review` and `watch` need. */
export interface ReviewOptions {
  readonly batch: string | null;
  /** 0: any that is free. */
  readonly port: number;
  /** What the page opens with. */
  readonly view: 'sheet' | 'live';
}

/**
 * Everything that the commands can ask for. `compose` builds it from the rooms; the commands read flags, call this and
 * print. A batch of null means the one last run. Every method throws a UsageError for what the user can put right
 * (no such batch, a broken manifest, a second runner), and reports everything else as reasons in its result.
 */
export interface Nightshift {
  plan(options: PlanOptions & { readonly changes?: boolean }): Promise<PlanResult>;
  run(options: RunOptions): Promise<RunResult>;
  resume(options: ResumeOptions): Promise<RunResult>;
  /** What a resume would submit, and what that costs; changes nothing. */
  planResume(options: Pick<ResumeOptions, 'batch' | 'selection' | 'maxCost'>): Promise<PlanResult>;
  retry(options: RetryOptions): Promise<RetryDocument>;
  regenerate(options: RegenerateOptions): Promise<RegenerateDocument>;
  /** Also while a run works the batch. */
  adopt(options: AdoptOptions): Promise<AdoptDocument>;
  cancel(options: CancelOptions): Promise<CancelDocument>;
  download(options: DownloadOptions): Promise<DownloadResult>;
  /** Compares the files on disk with what was recorded of them. */
  verify(batch: string | null): Promise<VerifyDocument>;
  reconcile(options: ReconcileOptions): Promise<ReconcileDocument>;
  status(batch: string | null): Promise<BatchStatus>;
  jobs(options: JobsOptions): Promise<JobList>;
  /** One job of a batch, by its id. */
  show(job: string, batch: string | null): Promise<ShowDocument>;
  /** The report as text, piece by piece: a batch may hold a million jobs. */
  report(options: ReportOptions): Promise<Iterable<string> | AsyncIterable<string>>;
  /** The contact sheet as a page that will lie in a folder, relative to the current one. */
  gallery(batch: string | null, folder: string): Promise<string>;
  /** Serves the contact sheet on the loopback address until it is closed. `url` lets one browser in, once. */
  review(options: ReviewOptions): Promise<{ readonly url: string; close(): Promise<void> }>;
  /** decisions.csv of a batch. */
  exportDecisions(batch: string | null): Promise<DecisionsExport>;
  /** Writes the contact sheet into a new folder, relative to the current one. */
  exportSheet(batch: string | null, folder: string): Promise<StaticExport>;
  /** Nothing more of the batch is submitted from the moment that this returns, by whatever process, until it is unpaused. */
  pause(batch: string | null): Promise<PauseState>;
  unpause(batch: string | null): Promise<PauseState>;
  /** Changes how the batch is run, also while it is. */
  set(options: SetOptions): Promise<SetDocument>;
  /** Copies the queue into a new file; relative to the current folder. */
  backup(file: string): Promise<BackupDocument>;
  readonly account: AccountAccess;
  /** Names for a shell to complete: the batches of the queue, or the jobs of the batch last run, at most a thousand. */
  names(what: 'batches' | 'jobs'): Promise<readonly string[]>;
  /** What is right and wrong with the set-up; one question for each account. */
  doctor(): Promise<readonly Finding[]>;
  init(options: InitOptions): Promise<InitResult>;
  /** The JSON Schema of what a person writes. */
  schema(what: SchemaName): Promise<JsonObject>;
  balance(): Promise<BalanceResult>;
  /** Null: all of them. */
  models(name: string | null): Promise<ModelsDocument>;
  /** Releases the queue, the connections and the timers, so that the process can end by itself. */
  close(): Promise<void>;
}
