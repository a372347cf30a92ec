/** One fault in what the user wrote, as it is listed: what was found, what is allowed, and where. */
export interface Problem {
  /** The file as the user named it. */
  readonly file: string;
  /** Line, from 1; null where the format has none. */
  readonly line: number | null;
  /** The field, as a dotted path (`jobs[1].params.duration`), or the column. */
  readonly field: string;
  /** What was found, what is allowed, and the nearest valid name where there is one. */
  readonly message: string;
}

/** Where something stands in the user's files. */
export interface Place {
  readonly file: string;
  readonly line: number | null;
}
