import { escapeTerminal } from '../../report/escape-terminal.ts';
import type { JobEntry } from '../documents.ts';

const WIDTHS = { state: 10, charged: 9, model: 32 } as const;

/** The heading of the lines below. */
export const JOBS_HEAD = `${'STATE'.padEnd(WIDTHS.state)}  ${'CHARGED'.padStart(WIDTHS.charged)}  ${'MODEL'.padEnd(WIDTHS.model)}  ID`;

/** One job on one line, of fixed columns since the list is printed while it is read. */
export function jobLine(job: JobEntry): string {
  const charged = job.charged === null ? '' : String(job.charged - (job.refunded ?? 0));
  const error = job.error === null ? '' : `  ${job.error.class}: ${escapeTerminal(job.error.message)}`;
  const removed = job.removed ? '  (removed from the manifest)' : '';
  const model = escapeTerminal(job.model).padEnd(WIDTHS.model);
  return `${job.state.padEnd(WIDTHS.state)}  ${charged.padStart(WIDTHS.charged)}  ${model}  ${escapeTerminal(job.id)}${removed}${error}`;
}
