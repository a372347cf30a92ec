import type { Stopped } from '../report/run-document.ts';

// The JSON documents of the commands that act on jobs and files by hand (contract, section 8).

/** Money by provider; null where a price is not known. */
export type Cost = Readonly<Record<string, { readonly unit: string; readonly total: number | null }>>;

/** `retry --json`. */
export interface RetryDocument {
  readonly schema_version: 1;
  readonly retry: {
    readonly batch: string;
    /** Jobs that were put back. */
    readonly requeued: number;
    /** Failed jobs that were left: paid for and lost, or refused by the API, which `--select` alone brings back. */
    readonly left: number;
    /** What they will cost when they run again. */
    readonly cost: Cost;
    /** Nothing was changed: what a retry would do. */
    readonly dry_run?: true;
  };
}

/** `regenerate --json`. */
export interface RegenerateDocument {
  readonly schema_version: 1;
  readonly regenerate: {
    readonly batch: string;
    /** Jobs that were queued for another attempt. */
    readonly requeued: readonly {
      readonly id: string;
      readonly model: string;
      /** The attempt that is not wanted; its files are kept. */
      readonly attempt: number;
      /** The number of the attempt to come: not always the next after that one, whose result may have been taken again after others were made. */
      readonly next_attempt: number;
      readonly quote: number | null;
      /** Another prompt; null for the same again. */
      readonly prompt: string | null;
      readonly note: string | null;
    }[];
    /** Jobs that were asked for and left as they are, and why. */
    readonly skipped: readonly { readonly id: string; readonly why: string }[];
    /** What they will cost when they run again. */
    readonly cost: Cost;
    /** Nothing was changed: what a regeneration would do. */
    readonly dry_run?: true;
  };
}

/** `cancel --json`. */
export interface CancelDocument {
  readonly schema_version: 1;
  readonly cancel: {
    readonly batch: string;
    /** Jobs that will not be made until they are asked for again. */
    readonly canceled: number;
    /** Finished jobs whose further attempt was taken back: `done` as before. */
    readonly restored: number;
    /** What is submitted already, and is collected. */
    readonly in_flight: number;
    /** What is not spent. */
    readonly cost: Cost;
    /** Nothing was changed: what a cancel would do. */
    readonly dry_run?: true;
  };
}

/** `download --json`. */
export interface DownloadDocument {
  readonly schema_version: 1;
  readonly download: {
    readonly batch: string;
    /** Jobs with files to be fetched. `ready`: generated and never all on disk; `missing`: they were, and are no more. */
    readonly wanted: readonly { readonly id: string; readonly files: number; readonly why: 'ready' | 'missing' }[];
    /** Files that were fetched, and their bytes. */
    readonly saved: number;
    readonly bytes: number;
    /** Jobs whose files could not be had now; the next download, run or resume tries again. */
    readonly left: readonly string[];
    /** Jobs whose files can no longer be had from the provider. */
    readonly lost: readonly string[];
    /** Nothing was fetched: what a download would do. */
    readonly dry_run?: true;
  };
}

/** A download, and why it is not whole. */
export interface DownloadResult {
  readonly document: DownloadDocument;
  readonly reasons: readonly Stopped[];
}

/** `verify --json`. Paths relative to `folder`. */
export interface VerifyDocument {
  readonly schema_version: 1;
  readonly verify: {
    readonly batch: string;
    /** The output folder, absolute. */
    readonly folder: string;
    /** Files that are recorded as saved, of every attempt; those that are as they were; their bytes. */
    readonly files: number;
    readonly ok: number;
    readonly bytes: number;
    readonly missing: readonly RecordedFile[];
    /** Files of earlier attempts that are gone, where a later one has files: no fault. */
    readonly missing_earlier: readonly RecordedFile[];
    /** Files whose content is another than the one that was saved, and how that shows. */
    readonly changed: readonly (RecordedFile & { readonly why: string })[];
    /** Files that nightshift did not make. They do no harm. */
    readonly extra: readonly string[];
  };
}

/** A file as it is recorded. */
export interface RecordedFile {
  readonly id: string;
  readonly attempt: number;
  readonly path: string;
}
