import { escapeTerminal } from '../../report/escape-terminal.ts';
import { formatAmount, formatBytes, formatCount, formatJobs, formatRange } from '../../report/format.ts';
import { stoppedInWords } from '../../report/headline.ts';
import type { RunDocument } from '../../report/run-document.ts';
import { toMicros } from '../../values/money.ts';
import type { BatchStatus } from '../batch-status.ts';
import type { Suggest } from '../queue-flags.ts';
import { type Colors, plainTable } from './plain-table.ts';

const STATES = ['done', 'ready', 'processing', 'submitting', 'queued', 'failed', 'rejected', 'canceled', 'unknown'] as const;

/** A batch as it stands, for people. */
export function renderStatus(
  { document, running, settings, report, waits }: Omit<BatchStatus, 'progress'>,
  style: { readonly width: number; readonly colors: Colors; readonly suggest: Suggest },
): string {
  const { batch, jobs, money, outputs } = document;
  const states = STATES.filter((state) => jobs[state] > 0).map((state) => `${formatCount(jobs[state])} ${state}`);
  const lines = [
    `${style.colors.bold(escapeTerminal(batch))}: ${stands(document, running, style.suggest)}`,
    `${formatJobs(jobs.total)}${states.length === 0 ? '' : `: ${states.join(', ')}`}`,
    // More than the report's result files, where jobs were made again.
    `${formatCount(outputs.files)} ${outputs.files === 1 ? 'file' : 'files'} saved, ${formatBytes(outputs.bytes)} (all attempts)`,
  ];
  lines.push(...waits.map(escapeTerminal));
  // Nobody knows how long it stays paused.
  if (document.remaining !== null && !(document.paused && running !== null)) {
    const { low, high } = document.remaining;
    lines.push(`About ${formatRange(low * 1_000, high * 1_000)} ${running === null ? 'to go when it is resumed' : 'left'}`);
  }
  const rows = Object.entries(money).map(([name, each]) => [
    `${name} (${each.unit})`,
    ...[each.quoted, each.reserved, each.charged, each.refunded, each.unknown, each.balance_after].map(amount),
  ]);
  if (rows.length > 0) {
    lines.push(
      '',
      plainTable(['Account', 'Quoted', 'Reserved', 'Charged', 'Refunded', 'Unknown', 'Balance'], rows, [1, 2, 3, 4, 5, 6], style.colors),
    );
  }
  if (settings.length > 0) lines.push('', ...settings.map(escapeTerminal));
  if (report !== null) lines.push('', `Report: ${escapeTerminal(report)}`);
  return lines.join('\n');
}

function stands(document: RunDocument, running: string | null, suggest: Suggest): string {
  const paused = document.paused ? `, paused: nothing is submitted until \`${suggest('unpause', document.batch)}\`` : '';
  return lasts(document, running, suggest) + paused;
}

function lasts({ batch, jobs, stopped, started_at }: RunDocument, running: string | null, suggest: Suggest): string {
  if (running !== null) return `running, ${running}`;
  if (stopped !== null) return stoppedInWords(stopped, jobs.queued);
  return started_at === null
    ? 'not run yet'
    : `its last run did not end by itself; \`${suggest('resume', batch)}\` goes on, nothing is lost`;
}

function amount(units: number | null): string {
  return units === null ? 'not known' : formatAmount(toMicros(units));
}
