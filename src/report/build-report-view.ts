import { toUnits } from '../values/money.ts';
import { commandLine } from './command-line.ts';
import { courseTally } from './course.ts';
import { escapeTerminal } from './escape-terminal.ts';
import { histogramTally } from './latency-histogram.ts';
import type { ReportInput, ReportJob } from './report-input.ts';
import type { FileView, JobView, ReportView } from './report-view.ts';

/** Jobs of the table in the page: some megabytes, which a browser opens at once. */
export const MOST_JOBS = 20_000;

/** What the page cannot know by itself: where a file lies, seen from it, and how it looks small. */
export interface FileLinks {
  address(path: string): string | null;
  thumb(path: string): string | null;
}

/** What charts, thumbnails and the table of jobs are drawn from. Pure; reads the jobs once, as a stream. */
export function buildReportView(input: ReportInput, links: FileLinks): ReportView {
  const units = new Map(input.providers.map(({ name, unit }) => [name, unit]));
  const latency = histogramTally();
  const jobs: JobView[] = [];
  let left = 0;
  let last = input.endedAt ?? input.startedAt;
  // A run that goes on has no end yet: what was seen last stands for it.
  if (input.endedAt === null) for (const job of input.jobs()) last = Math.max(last, job.completedAt ?? 0, job.submittedAt ?? 0);
  const course = courseTally(input.startedAt, Math.max(last, input.startedAt + 1), units);
  for (const job of input.jobs()) {
    course.add(job);
    const took = tookMs(job);
    if (took !== null && job.state === 'done') latency.add(job.model, took);
    if (jobs.length < MOST_JOBS) jobs.push(jobView(job, units.get(job.provider) ?? '', took, links));
    else left += 1;
  }
  const all = commandLine('report', input.batch, '--format', 'csv');
  return { batch: escapeTerminal(input.batch), course: course.done(), latency: latency.done(), jobs, left, all };
}

function jobView(job: ReportJob, unit: string, took: number | null, links: FileLinks): JobView {
  const remarks = [
    job.error === null ? null : `${job.error.class}: ${job.error.message}`,
    job.warning,
    job.removed ? 'no longer in the manifest' : null,
  ];
  const { prompt } = job.params;
  return {
    id: escapeTerminal(job.id),
    model: escapeTerminal(job.model),
    state: job.state,
    attempt: job.attempt,
    unit,
    quote: job.quote === null ? null : toUnits(job.quote),
    net: job.charged === null ? null : toUnits(job.charged - (job.refunded ?? 0)),
    tookMs: took,
    completedAt: job.completedAt,
    prompt: typeof prompt === 'string' ? escapeTerminal(prompt) : '',
    remark: escapeTerminal(remarks.filter((text) => text !== null).join('; ')),
    files: job.outputs.map(
      ({ path, bytes, mediaType }): FileView => ({
        path: escapeTerminal(path),
        kind: mediaType.startsWith('image/') ? 'image' : mediaType.startsWith('video/') ? 'video' : 'other',
        bytes,
        address: links.address(path),
        thumb: links.thumb(path),
      }),
    ),
  };
}

function tookMs({ submittedAt, completedAt }: ReportJob): number | null {
  return submittedAt === null || completedAt === null ? null : completedAt - submittedAt;
}
