import { stringify } from 'csv-stringify/sync';
import { CSV_DIALECT } from './csv-dialect.ts';
import { escapeFormula } from './escape-formula.ts';

/** The columns of decisions.csv, in the order in which they are written. A reader needs `id` and `decision`. */
export const DECISION_COLUMNS = ['id', 'attempt', 'output', 'decision', 'star', 'note', 'prompt'] as const;

/** What a person may say of a result. */
export const VERDICTS = ['pick', 'reject'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What a person said of one job's result: a row of decisions.csv, which `review` writes and `regenerate --from` reads. */
export interface Decision {
  readonly id: string;
  /** The attempt that was looked at; null where the file does not say. A later attempt is another result. */
  readonly attempt: number | null;
  /** The file that was looked at, relative to the output folder; null where the file does not say. */
  readonly output: string | null;
  /** Null: not decided. */
  readonly decision: Verdict | null;
  readonly star: boolean;
  readonly note: string | null;
  /** Another prompt for the next attempt; null to make it again as it was. */
  readonly prompt: string | null;
}

/** Decisions as CSV (RFC 4180), with the heading. A cell that a spreadsheet would run is written with an apostrophe before it, which reading takes off. */
export function renderDecisions(decisions: Iterable<Decision>): string {
  const rows = [...decisions].map(({ id, attempt, output, decision, star, note, prompt }) => [
    id,
    attempt,
    output,
    decision,
    star ? 'yes' : null,
    note,
    prompt,
  ]);
  return stringify([[...DECISION_COLUMNS], ...rows], {
    ...CSV_DIALECT,
    cast: { string: (text: string) => escapeFormula(text) },
  });
}
