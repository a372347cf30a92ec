import type {
  DecisionPage,
  OutputPage,
  RegenerateAnswer,
  RegenerateCost,
  ReviewChange,
  ReviewNews,
  ReviewOutput,
  ReviewStatus,
} from '../../src/review/review-view.ts';

/** Where the sheet has its outputs from and puts its decisions: the program, or the page itself. */
export interface ReviewClient {
  /** Whether a program is behind the page: it can queue, pause, and tell what is new. */
  readonly live: boolean;
  outputs(after: number): Promise<OutputPage>;
  decisions(after: number): Promise<DecisionPage>;
  status(): Promise<ReviewStatus>;
  decide(changes: readonly ReviewChange[]): Promise<DecisionPage>;
  undo(): Promise<DecisionPage>;
  /** Takes the last undo back, when nothing was decided since. */
  redo(): Promise<DecisionPage>;
  /** Calls back for whatever is new, and when the program went away or came back. */
  listen(news: (news: ReviewNews) => void, connected: (is: boolean) => void): void;
  regenerate(outputs: readonly number[], agreed: RegenerateCost | null): Promise<RegenerateAnswer>;
  pause(paused: boolean): Promise<ReviewStatus>;
  /** Saves decisions.csv. */
  download(): Promise<void>;
  media(output: ReviewOutput): string;
  /** Null: there is no small picture. */
  thumb(output: ReviewOutput): string | null;
}
