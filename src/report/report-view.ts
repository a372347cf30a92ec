import type { ReportState } from './report-input.ts';

// What the HTML report's page is given besides its text. Types only for the page; amounts in units, times in milliseconds since 1970.

/** Everything that charts, thumbnails and the table of jobs are drawn from. */
export interface ReportView {
  readonly batch: string;
  readonly course: Course;
  readonly latency: readonly LatencyHistogram[];
  readonly jobs: readonly JobView[];
  /** Jobs that the table leaves out: a browser would choke on them, and the CSV holds all. */
  readonly left: number;
  /** The command that lists all of them. */
  readonly all: string;
}

/** The night over time: for each moment of `at`, how things stood then. */
export interface Course {
  readonly at: readonly number[];
  /** Jobs finished so far. */
  readonly done: readonly number[];
  /** Jobs that were between submission and completion, and how many may be, by provider; null where that is not limited. */
  readonly inFlight: readonly { readonly provider: string; readonly slots: number | null; readonly jobs: readonly number[] }[];
  /** Charged less refunded so far, by provider. */
  readonly spent: readonly { readonly provider: string; readonly unit: string; readonly net: readonly number[] }[];
}

/** How long a model took: `jobs[i]` finished within `upTo[i]` and not within the bound before. */
export interface LatencyHistogram {
  readonly model: string;
  /** Upper bounds in milliseconds, ascending. */
  readonly upTo: readonly number[];
  readonly jobs: readonly number[];
}

/** One row of the table of jobs. */
export interface JobView {
  readonly id: string;
  readonly model: string;
  readonly state: ReportState;
  readonly attempt: number;
  readonly unit: string;
  readonly quote: number | null;
  /** Charged less refunded; null where nothing was booked. */
  readonly net: number | null;
  /** From submission to completion; null where it did not get that far. */
  readonly tookMs: number | null;
  readonly completedAt: number | null;
  readonly prompt: string;
  readonly remark: string;
  readonly files: readonly FileView[];
}

/** One file of a job. */
export interface FileView {
  /** Relative to the output folder. */
  readonly path: string;
  readonly kind: 'image' | 'video' | 'other';
  readonly bytes: number;
  /** How long a film lasts; null where that is not known. */
  readonly seconds: number | null;
  /** Where the page finds it: an address relative to the page; null where that cannot be said. */
  readonly address: string | null;
  /** A small picture as a data address; null where none was made. */
  readonly thumb: string | null;
}

/** What stands in the page for its script. */
export interface ReportPageData {
  readonly report: ReportView;
  /** The address of the contact sheet beside the page; null without one. */
  readonly gallery: string | null;
}
