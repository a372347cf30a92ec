/** One table of the report in words, before any renderer has escaped it. */
export interface Section {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** The sums, set apart; null where there is nothing to add up. */
  readonly total: readonly string[] | null;
  /** Sentences under the table. */
  readonly notes: readonly string[];
  /** How many rows there are in truth, and the command that shows them all; null when the rows given are all. */
  readonly more: { readonly count: number; readonly see: string } | null;
}

/** A column of a section. */
export interface Column {
  readonly title: string;
  readonly numeric?: boolean;
  /** Left out where there is little room: another command shows it. */
  readonly wide?: boolean;
  /** Left out where there is little room and every cell is 0. */
  readonly dull?: boolean;
}
