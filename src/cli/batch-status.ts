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
  /** For the live display: how much of each limit is used, the jobs that are on their way for longest, and what is waited for. */
  readonly load: Pick<ProgressSnapshot, 'providers' | 'oldest' | 'notes'>;
}
