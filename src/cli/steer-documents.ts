/** `pause --json` and `unpause --json`, under the command's name. */
export interface PauseState {
  readonly batch: string;
  readonly paused: boolean;
  /** Since when; null while it is not paused. */
  readonly since: string | null;
  /** Whether it was so before. */
  readonly unchanged: boolean;
  /** Whether a run is at work on it. */
  readonly running: boolean;
  /** Jobs that are followed and downloaded all the same. */
  readonly in_flight: number;
  readonly queued: number;
}

/** `set --json`. */
export interface SetDocument {
  readonly schema_version: 1;
  readonly set: {
    readonly batch: string;
    readonly running: boolean;
    readonly changes: readonly SetChange[];
  };
}

/** One value that was set. Null: the configured one, or no cap. */
export interface SetChange {
  readonly provider: string;
  readonly key: string;
  readonly before: number | null;
  readonly value: number | null;
  /** The budget of the manifest, where it is lower than the cap that was set: it counts in its place. Left out where what was set counts. */
  readonly budget?: number;
}
