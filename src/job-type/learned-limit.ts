/** What is known of a slot limit whose size is sought. Kept across runs. */
export interface LearnedLimit {
  /** How many jobs may be in flight now. */
  readonly size: number;
  /** The largest size up to this one that has been seen to be accepted, time and again: a higher one is only tried. */
  readonly stands: number;
  /** Whether a submission was ever refused for it. Until then the size grows at each acceptance. */
  readonly refused: boolean;
  /** Whether the last change was upward. */
  readonly grew: boolean;
  /** Submissions accepted at the full size since it last changed. */
  readonly quiet: number;
  /** How many of them are waited for before a larger size is tried. */
  readonly patience: number;
}
