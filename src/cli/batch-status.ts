import type { StatusDocument } from './documents.ts';
import type { ProgressSnapshot } from './output/progress-snapshot.ts';

/** How a batch stands. */
export interface BatchStatus {
  readonly document: StatusDocument;
  /** Who works it now, in words; null when nobody does. */
  readonly running: string | null;
  /** The caps, and the slots that `set` changed: a sentence each. */
  readonly settings: readonly string[];
  /** The HTML report, relative to the current folder; null where none is written. */
  readonly report: string | null;
  /** What is waited for. */
  readonly waits: readonly string[];
  /** For the live display: the same as that of the run at work. */
  readonly progress: ProgressSnapshot;
}
