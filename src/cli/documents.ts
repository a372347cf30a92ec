import type { FieldChange } from '../plan/diff.ts';
import type { PlanChange, PlanDocument } from '../plan/plan-document.ts';
import type { RunDocument, Stopped } from '../report/run-document.ts';
import type { Json, JsonObject } from '../values/json.ts';

// The JSON documents of the commands (contract, section 8). Every one carries `schema_version: 1`; money in units.

/** A plan, and what people should read beside it: each change with its reason, hints. */
export interface PlanResult {
  readonly document: PlanDocument;
  /** Shown under the table, one line each; not in the document. */
  readonly details: readonly string[];
  /** Jobs to pay whose price is not known, by provider; not in the document. */
  readonly unpricedToPay?: Readonly<Record<string, number>>;
  /** Why the balance of a provider is not known, in a few words; not in the document. */
  readonly whyNoBalance?: Readonly<Record<string, string>>;
  /** The list `changes` of `plan --json`, read while it is printed; left out where nothing may be planned, or where `plan` was not asked for it (`changes`). */
  readonly changes?: () => Iterable<PlanChange>;
  /** How many problems there are beyond those that the document lists; left out where it lists all. */
  readonly problemTotals?: { readonly count: number; readonly byShape: ReadonlyMap<string, number> };
  /** Whether the problems are files that lie in the way, and none of the manifest. */
  readonly inTheWay?: boolean;
}

/** A run as it ended. `refused`: it did not start, since the plan does not fit or the manifest has problems. */
export type RunResult =
  | {
      readonly kind: 'ended';
      readonly document: RunDocument;
      readonly reasons: readonly Stopped[];
      readonly summary: string;
      /** What made the run submit nothing more, whether or not that left something undone. */
      readonly brake?: Stopped;
    }
  | { readonly kind: 'refused'; readonly plan: PlanResult; readonly reasons: readonly Stopped[]; readonly why: string };

/** `status --json`: the document of a run, and how the batch is held. */
export interface StatusDocument extends RunDocument {
  /** Whether a process works it now. */
  readonly running: boolean;
  /** By provider. */
  readonly limits: Readonly<Record<string, StatusLimits>>;
}

/** What a batch is held to at one provider, and how much of it is used now. */
export interface StatusLimits {
  /** What the batch may cost in all, in units; null without a cap. */
  readonly cap: number | null;
  /** What counts against it: charged less refunded, reserved and unknown. */
  readonly spent: number;
  /** Jobs at once: those of this batch, the most there may be now (`set` lowers it, and of a range what was found), and what the configuration says. */
  readonly slots: readonly { readonly name: string; readonly held: number; readonly max: number; readonly configured: number }[];
  /** Requests, or submissions, in any so many seconds: those of every batch of this queue. */
  readonly windows: readonly { readonly name: string; readonly used: number; readonly max: number; readonly seconds: number }[];
}

/** One job of `jobs --json`. */
export interface JobEntry {
  readonly id: string;
  readonly model: string;
  readonly state: string;
  readonly attempt: number;
  readonly tags: readonly string[];
  readonly vars: JsonObject;
  readonly params: JsonObject;
  readonly quote: number | null;
  readonly charged: number | null;
  readonly refunded: number | null;
  readonly remote_id: string | null;
  readonly error: {
    readonly class: string;
    readonly http_status: number | null;
    readonly message: string;
    readonly charged: 'yes' | 'no' | 'unknown';
  } | null;
  readonly outputs: readonly { readonly path: string; readonly bytes: number; readonly sha256: string; readonly media_type: string }[];
  readonly created_at: string;
  readonly submitted_at: string | null;
  readonly completed_at: string | null;
  /** There only for a job that the manifest no longer has: kept, and not run. */
  readonly removed?: boolean;
}

/** `jobs`: the entries are read while they are printed, since a batch may hold a million. */
export interface JobList {
  readonly batch: string;
  /** All jobs of the batch, also those that `--limit` leaves out. */
  readonly total: number;
  /** How many jobs a selection takes, also those that `--limit` leaves out: reads all of them. */
  matching(): number;
  /** Why a selection takes none of them, with what there is to select; null without a selection. */
  whyNone(): string | null;
  readonly jobs: Iterable<JobEntry> | AsyncIterable<JobEntry>;
}

/** `reconcile --json`: ids of jobs by what became of them. */
export interface ReconcileDocument {
  readonly schema_version: 1;
  readonly reconcile: {
    readonly batch: string;
    /** In the history: the next resume collects them. */
    readonly found: readonly string[];
    /** Shown never to have arrived: queued again. */
    readonly absent: readonly string[];
    readonly resubmitted: readonly string[];
    readonly abandoned: readonly string[];
    readonly unknown: readonly UnknownEntry[];
  };
}

/** A job whose outcome nothing has settled. */
export interface UnknownEntry {
  readonly id: string;
  readonly model: string;
  readonly attempt: number;
  readonly sent_at: string;
  /** Units; null where the price is not known. */
  readonly possible_cost: number | null;
  readonly why: string;
}

/** `backup --json`. */
export interface BackupDocument {
  readonly schema_version: 1;
  readonly backup: {
    /** Absolute. */
    readonly file: string;
    readonly bytes: number;
  };
}

/** decisions.csv as `review --export` writes it. */
export interface DecisionsExport {
  readonly batch: string;
  readonly csv: string;
}

/** What `review --static` wrote. */
export interface StaticExport {
  readonly batch: string;
  /** Absolute. */
  readonly folder: string;
  readonly outputs: number;
  readonly bytes: number;
  /** Paths of outputs that are no longer on disk. */
  readonly missing: readonly string[];
}

/** `adopt --json`. */
export interface AdoptDocument {
  readonly schema_version: 1;
  readonly adopt: {
    readonly batch: string;
    readonly adopted: readonly AdoptedJob[];
    readonly skipped: readonly { readonly id: string; readonly why: string }[];
    readonly dry_run: boolean;
  };
}

/** An edited job that is taken as made. */
export interface AdoptedJob {
  readonly id: string;
  readonly reason: string;
  readonly fields: readonly FieldChange[];
  /** Relative to the output folder. */
  readonly files: readonly string[];
}

/** `balance --json`. */
export interface BalanceDocument {
  readonly schema_version: 1;
  readonly providers: Readonly<Record<string, { readonly unit: string; readonly balance: number | null }>>;
}

/** A balance, and why some of it is not known. */
export interface BalanceResult {
  readonly document: BalanceDocument;
  readonly reasons: readonly Stopped[];
  readonly notes: readonly string[];
}

/** `models --json`. */
export interface ModelsDocument {
  readonly schema_version: 1;
  readonly models: readonly ModelEntry[];
}

/** One model, or one family of models where the name has `<slug>`. */
export interface ModelEntry {
  readonly model: string;
  readonly provider: string;
  readonly summary: string;
  readonly unit: string;
  /** Units a job when nothing but the model decides; null when it depends on parameters or is not known: see `prices`. */
  readonly price: number | null;
  readonly price_per_second: number | null;
  /** `documents`, `api`, `configuration`; null where no price is known, and where several sources have a part. */
  readonly source: string | null;
  /** Every price, by the parameters that decide it. Empty for a whole family. */
  readonly prices: readonly PriceEntry[];
  readonly parameters: readonly ParameterEntry[];
  /** Whether further parameters are passed on untouched. */
  readonly other_parameters: boolean;
  /** Who names this slug: `api`, `configuration`, `documents`; null for a fixed name, and for a slug that nobody lists. */
  readonly listed_by: string | null;
}

/** What a job costs when these parameters have these values, in units. */
export interface PriceEntry {
  readonly when: JsonObject;
  /** Null: by the second, or not known. */
  readonly amount: number | null;
  readonly per_second: number | null;
  /** What publishing the result takes off; 0 where it takes nothing off, or nobody says so. */
  readonly publishing_saves: number;
  readonly source: 'documents' | 'api' | 'configuration' | null;
}

/** One parameter of a model. */
export interface ParameterEntry {
  readonly name: string;
  /** The API's own names, which a manifest may use too. */
  readonly spellings: readonly string[];
  /** `text`, `whole number`, `number`, `true or false`, `file`, `list of files`, `list`. */
  readonly type: string;
  readonly required: boolean;
  /** Null: any value, within the bounds. */
  readonly allowed: readonly Json[] | null;
  readonly default: Json | null;
  /** Of a number; of a list, how many. */
  readonly minimum: number | null;
  /** Of a number; of a text, how many characters; of a list, how many. */
  readonly maximum: number | null;
  /** How a local file reaches the API: `upload`, `base64`, `refused`; null where the parameter takes no file. */
  readonly local_files: string | null;
}
