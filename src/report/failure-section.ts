import { commandLine } from './command-line.ts';
import type { FailureGroup, ReportFigures } from './figures.ts';
import { formatCount, formatMoney } from './format.ts';
import type { Section } from './section.ts';

/** Failed and rejected jobs by cause, and whether they were paid. */
export function failureSection(figures: ReportFigures): Section {
  const { failures, jobs } = figures;
  // These may be paid already: retry takes them only by name.
  const risky = failures
    .filter(({ class: cause }) => cause === 'lost' || cause === 'transport')
    .reduce((sum, group) => sum + group.jobs, 0);
  return {
    title: 'Failures by cause',
    columns: [
      { title: 'Cause' },
      { title: 'Jobs', numeric: true },
      { title: 'Charged' },
      { title: 'Net', numeric: true },
      { title: 'Message' },
      { title: 'For example', wide: true },
    ],
    rows: failures.map((group) => [
      group.class,
      formatCount(group.jobs),
      verdicts(group),
      formatMoney(group.net, group.unit),
      group.message,
      group.examples.join(', '),
    ]),
    total: null,
    notes: [
      ...(jobs.failed > risky ? [`To try the failed ones again: ${commandLine('retry', figures)}`] : []),
      ...(risky > 0
        ? [
            `Paid and lost, or given up: ${formatCount(risky)}, which a plain retry leaves alone. To try them again, and perhaps pay twice: ${commandLine('retry', figures, '--select', 'id:JOB')}`,
          ]
        : []),
      ...(jobs.rejected > 0 ? [`To try the rejected ones again: ${commandLine('retry', figures, '--select', 'state:rejected')}`] : []),
    ],
    more: null,
  };
}

function verdicts({ charged, unknown, unit, jobs }: FailureGroup): string {
  const parts = (['yes', 'no', 'unknown'] as const).filter((verdict) => charged[verdict] > 0);
  const words = parts.map((verdict) => (charged[verdict] === jobs ? verdict : `${verdict} ${formatCount(charged[verdict])}`)).join(', ');
  return unknown === 0 ? words : `${words} (up to ${formatMoney(unknown, unit)})`;
}
