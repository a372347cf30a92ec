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

/** What a write that nobody answered is told; it says more than that the program is gone. */
export const GONE =
  'nightshift no longer answers: this was not stored, what was decided before is. Run the command that opened this page again.';

/** The program did not answer. A write says GONE to the person; what is only read is asked for again. */
export class NoAnswer extends Error {
  constructor() {
    super(GONE);
  }
}

/** Where the sheet has its outputs from and puts its decisions: the program, or the page itself. */
export interface ReviewClient {
  /** Whether a program is behind the page: it can queue, pause, and tell what is new. */
  readonly live: boolean;
  /** When a page without a program was made; null with one. */
  readonly madeAt: string | null;
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
