import { type CommandScope, commandLine } from './command-line.ts';
import { costSections } from './cost-sections.ts';
import { failureSection } from './failure-section.ts';
import type { Listed, ReportFigures } from './figures.ts';
import { formatCount, formatDuration, formatJobs, formatMoney, formatTime } from './format.ts';
import type { Section } from './section.ts';

/** The tables of a report, those with something to say, in the order in which a reader needs them. */
export function reportSections(figures: ReportFigures): Section[] {
  const sections = [
    ...costSections(figures),
    failureSection(figures),
    unknownSection(figures),
    lostSection(figures),
    shortSection(figures),
    latencySection(figures),
  ];
  return sections.filter((section) => section.rows.length > 0);
}

function unknownSection(figures: ReportFigures): Section {
  return {
    title: 'Outcome unknown: these may have been charged',
    columns: [
      { title: 'Job' },
      { title: 'Model' },
      { title: 'Attempt', numeric: true },
      { title: 'May have cost', numeric: true },
      { title: 'Sent', wide: true },
      { title: 'Why', wide: true },
    ],
    rows: figures.unknown.listed.map((job) => [
      job.id,
      job.model,
      formatCount(job.attempt),
      formatMoney(job.mayCost, job.unit),
      formatTime(job.submittedAt),
      job.message ?? '',
    ]),
    total: null,
    notes: [
      `${formatJobs(figures.unknown.count)} of unknown outcome, never sent again without proof. To settle:`,
      commandLine('reconcile', figures),
    ],
    more: more(figures.unknown, figures, 'state:unknown'),
  };
}

function lostSection(figures: ReportFigures): Section {
  return {
    title: 'Paid, and the files can no longer be had',
    columns: [
      { title: 'Job' },
      { title: 'Model' },
      { title: 'Net', numeric: true },
      { title: 'Remote id', wide: true },
      { title: 'Message' },
    ],
    rows: figures.lost.listed.map((job) => [job.id, job.model, formatMoney(job.net, job.unit), job.remoteId ?? '', job.message]),
    total: null,
    notes: [`${formatJobs(figures.lost.count)}: retry leaves them out unless they are selected, since it would pay again.`],
    more: more(figures.lost, figures, 'state:failed'),
  };
}

function shortSection(figures: ReportFigures): Section {
  return {
    title: 'Fewer outputs than asked for',
    columns: [{ title: 'Job' }, { title: 'Model' }, { title: 'Files', numeric: true }, { title: 'Warning' }],
    rows: figures.short.listed.map((job) => [job.id, job.model, formatCount(job.files), job.warning]),
    total: null,
    notes: [],
    more: more(figures.short, figures, 'state:done'),
  };
}

function latencySection({ providers }: ReportFigures): Section {
  const models = providers.flatMap((provider) => provider.models);
  return {
    title: 'Time from submission to completion',
    columns: [
      { title: 'Model' },
      { title: 'Jobs', numeric: true },
      { title: 'Median', numeric: true },
      { title: '90 % within', numeric: true },
    ],
    rows: models.flatMap(({ model, latency }) =>
      latency === null ? [] : [[model, formatCount(latency.jobs), formatDuration(latency.medianMs), formatDuration(latency.p90Ms)]],
    ),
    total: null,
    notes: [],
    more: null,
  };
}

function more<T>(list: Listed<T>, of: CommandScope, selector: string): Section['more'] {
  return { count: list.count, see: commandLine('jobs', of, '--select', selector) };
}
