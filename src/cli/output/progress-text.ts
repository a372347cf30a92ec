import { formatAmount, formatRange } from '../../report/format.ts';
import { fitting } from './fitting.ts';
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
  return [rateText(snapshot), leftText(snapshot)].filter(Boolean).join(', ');
}

function rateText({ perMinute }: ProgressSnapshot): string {
  return perMinute === null ? '' : `${perMinute.toFixed(perMinute < 10 ? 1 : 0)} jobs/min`;
}

function leftText({ left }: ProgressSnapshot): string {
  return left !== null && left.highMs > 0 ? `${formatRange(left.lowMs, left.highMs, 'short')} left` : '';
}

/** `ulazai 240 credits spent, 40 reserved of 2000`, one part a provider. */
export function moneyText(snapshot: ProgressSnapshot, reservedToo = true): string {
  return snapshot.money
    .map(({ provider, unit, spent, reserved, cap }) => {
      const of = cap === null ? '' : ` of ${formatAmount(cap)}`;
      return `${provider} ${formatAmount(spent)} ${unit} spent${reservedToo ? `, ${formatAmount(reserved)} reserved` : ''}${of}`;
    })
    .join('; ');
}

/** `11 min left`: the middle of the range, where there is no room for it. */
function middleText({ left }: ProgressSnapshot): string {
  const middle = left === null ? 0 : (left.lowMs + left.highMs) / 2;
  return middle > 0 ? `${formatRange(middle, middle, 'short')} left` : '';
}

/** The first line of the display in so many columns: first the pace goes, then the range, then the time left, then the end of what is counted. */
export function stateLine(snapshot: ProgressSnapshot, columns: number): string {
  const counts = countsText(snapshot);
  return fitting(
    [joined(counts, paceText(snapshot)), joined(counts, leftText(snapshot)), joined(counts, middleText(snapshot)), counts],
    columns,
  );
}

/** The second: first what is reserved goes, then the money, which the report tells again; what holds the run up stays as long as it can. */
export function detailsLine(snapshot: ProgressSnapshot, columns: number): string {
  const { notes } = snapshot;
  const lines = [joined(moneyText(snapshot), ...notes), joined(moneyText(snapshot, false), ...notes), joined(...notes)];
  return fitting(lines.filter(Boolean).map(printable), columns);
}

function joined(...parts: readonly string[]): string {
  return parts.filter(Boolean).join(' | ');
}

/** Everything in one plain line, for logs without a terminal. */
export function progressLine(snapshot: ProgressSnapshot): string {
  const { done, failed, total } = snapshot.jobs;
  const percent = total === 0 ? 100 : Math.floor(((done + failed) / total) * 100);
  const parts = [`${percent} %`, countsText(snapshot), moneyText(snapshot), paceText(snapshot), ...snapshot.notes];
  return printable(`${snapshot.batch}: ${parts.filter((part) => part !== '').join(' | ')}`);
}
