import type { DecisionPage, OutputPage, RegenerateAnswer, RegenerateCost, ReviewChange, ReviewNews, ReviewStatus } from './review-view.ts';

/** A file of the batch on disk. */
export interface HostedFile {
  /** Absolute. */
  readonly path: string;
  readonly sha256: string;
  readonly mediaType: string;
  readonly kind: 'image' | 'video' | 'model3d';
}

/** What cannot be done as asked, in words for the person at the page. */
export class ReviewRefusal extends Error {
  override readonly name = 'ReviewRefusal';
}

/** The batch behind the page. Everything throws a ReviewRefusal for what the person can put right. */
export interface ReviewHost {
  readonly batch: string;
  /** The command that fetches files which are no longer on disk. */
  readonly download: string;
  /** Files numbered after `after`, in the order of saving. */
  outputs(after: number): OutputPage;
  decisions(after: number): DecisionPage;
  file(output: number): HostedFile | null;
  status(): ReviewStatus;
  news(): ReviewNews;
  /** Another value after every change of the queue by anybody. */
  version(): number;
  decide(changes: readonly ReviewChange[]): DecisionPage;
  undo(): DecisionPage;
  /** Takes the last undo back, when nothing was decided since. */
  redo(): DecisionPage;
  /** decisions.csv. */
  csv(): string;
  /** Queues new attempts for the rejected among these outputs, when they cost what was agreed to; without `agreed` only says what they would cost. */
  regenerate(outputs: readonly number[], agreed: RegenerateCost | null): Promise<RegenerateAnswer>;
  /** Holds new submissions back, or lets them go on. */
  pause(on: boolean): Promise<void>;
  /** Replaces every known secret. */
  redact(text: string): string;
}
