import { formatAmount, formatDuration } from '../../report/format.ts';
import { printable } from './printable.ts';
import type { ProgressSnapshot } from './progress-snapshot.ts';

/** `12 done, 1 failed, 5 in flight, 82 queued`; what is zero and need not worry anyone is left out. */
export function countsText({ jobs }: ProgressSnapshot): string {
  const parts = [`${jobs.done} done`];
  if (jobs.failed > 0) parts.push(`${jobs.failed} failed`);
  if (jobs.unknown > 0) parts.push(`${jobs.unknown} unknown`);
  parts.push(`${jobs.inFlight} in flight`, `${jobs.queued} queued`);
  return parts.join(', ');
}

/** `8.0 jobs/min, 12 min left`; empty while nothing can be told. */
export function paceText(snapshot: ProgressSnapshot): string {
  const parts: string[] = [];
  if (snapshot.perMinute !== null) parts.push(`${snapshot.perMinute.toFixed(snapshot.perMinute < 10 ? 1 : 0)} jobs/min`);
  if (snapshot.etaMs !== null && snapshot.etaMs > 0) parts.push(`${formatDuration(snapshot.etaMs)} left`);
  return parts.join(', ');
}

/** `ulazai 240 credits spent, 40 reserved of 2000`, one part a provider. */
export function moneyText(snapshot: ProgressSnapshot): string {
  return snapshot.money
    .map(({ provider, unit, spent, reserved, cap }) => {
      const of = cap === null ? '' : ` of ${formatAmount(cap)}`;
      return `${provider} ${formatAmount(spent)} ${unit} spent, ${formatAmount(reserved)} reserved${of}`;
    })
    .join('; ');
}

/** Everything in one plain line, for logs without a terminal. */
export function progressLine(snapshot: ProgressSnapshot): string {
  const { done, failed, total } = snapshot.jobs;
  const percent = total === 0 ? 100 : Math.floor(((done + failed) / total) * 100);
  const parts = [`${percent} %`, countsText(snapshot), moneyText(snapshot), paceText(snapshot), ...snapshot.notes];
  return printable(`${snapshot.batch}: ${parts.filter((part) => part !== '').join(' | ')}`);
}
