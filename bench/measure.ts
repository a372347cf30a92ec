/** One line of the results. */
export interface Row {
  /** What was measured. */
  readonly measure: string;
  /** Usually a ratio, always side by side in one run. */
  readonly value: number;
  /** How the value is to be read: `ratio`, `s`, `MB`, `polls a job`. */
  readonly unit: string;
  /** What is to be reached; null for figures that stand beside others. */
  readonly reach: { readonly atMost?: number; readonly atLeast?: number } | null;
  /** The figures behind it, in words. */
  readonly detail: string;
}

/** Some lines that belong together. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
  /** What limits the figures, and what a reader must know. */
  readonly notes: readonly string[];
}

/** How much is measured. */
export interface BenchOptions {
  /** A look of under two minutes at everything: fewer seeds, rows and repetitions. */
  readonly quick: boolean;
  /** A folder of this bench, removed at its end. */
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** One of the measurements. */
export interface Measure {
  readonly name: string;
  readonly run: (options: BenchOptions) => Promise<Section>;
}

/** Whether a row reaches what it should; null where nothing is asked. */
export function isReached({ value, reach }: Row): boolean | null {
  if (reach === null) return null;
  return value <= (reach.atMost ?? Number.POSITIVE_INFINITY) && value >= (reach.atLeast ?? Number.NEGATIVE_INFINITY);
}

/** The middle of several measurements. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
