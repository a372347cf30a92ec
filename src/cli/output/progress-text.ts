import { formatAmount, formatRange } from '../../report/format.ts';
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

/** `8.0 jobs/min, 12 to 15 min left`; empty while nothing can be told. */
export function paceText(snapshot: ProgressSnapshot): string {
  return [rateText(snapshot), leftTexts(snapshot)[0]].filter(Boolean).join(', ');
}

function rateText({ perMinute }: ProgressSnapshot): string {
  return perMinute === null ? '' : `${perMinute.toFixed(perMinute < 10 ? 1 : 0)} jobs/min`;
}

/** `10 to 12 min left`, and `11 min left`, the middle of it, where there is no room; none while nothing can be told. */
export function leftTexts({ left }: ProgressSnapshot): readonly string[] {
  if (left === null || left.highMs <= 0) return [];
  const middle = (left.lowMs + left.highMs) / 2;
  return [`${formatRange(left.lowMs, left.highMs, 'short')} left`, `${formatRange(middle, middle, 'short')} left`];
}

/** `ulazai 240 credits spent, 40 reserved of 2000` for each provider. */
export function moneyTexts(snapshot: ProgressSnapshot, reservedToo = true): readonly string[] {
  return snapshot.money.map(({ provider, unit, spent, reserved, cap }) => {
    const of = cap === null ? '' : ` of ${formatAmount(cap)}`;
    return `${provider} ${formatAmount(spent)} ${unit} spent${reservedToo ? `, ${formatAmount(reserved)} reserved` : ''}${of}`;
  });
}

/** How much of it is at its end, in whole percent: 100 only when all is. */
export function percentDone({ jobs: { done, failed, total } }: ProgressSnapshot): number {
  return total === 0 ? 100 : Math.floor(((done + failed) / total) * 100);
}

/** Everything in one plain line, for logs without a terminal. */
export function progressLine(snapshot: ProgressSnapshot): string {
  const money = moneyTexts(snapshot).join('; ');
  const parts = [`${percentDone(snapshot)} %`, countsText(snapshot), money, paceText(snapshot), ...snapshot.notes];
  return printable(`${snapshot.batch}: ${parts.filter((part) => part !== '').join(' | ')}`);
}
