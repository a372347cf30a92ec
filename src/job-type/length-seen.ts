/** How long a generation took, as far as is known: still running at `fromMs`, finished at `toMs`. Equal where it is known exactly. */
export interface LengthSeen {
  /** Milliseconds from the submission; 0 where nobody had looked before it was finished. */
  readonly fromMs: number;
  readonly toMs: number;
}
