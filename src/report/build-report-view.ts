import { toUnits } from '../values/money.ts';
import { commandLine } from './command-line.ts';
import { courseTally } from './course.ts';
import { escapeTerminal } from './escape-terminal.ts';
import { quotedOf } from './job-money.ts';
import { histogramTally } from './latency-histogram.ts';
import type { ReportInput, ReportJob } from './report-input.ts';
import type { FileView, JobView, ReportView } from './report-view.ts';

/** Jobs of the table in the page: some megabytes, which a browser opens at once. */
export const MOST_JOBS = 20_000;

/** What the page cannot know by itself: where a file lies, seen from it, how it looks small, and what the configuration allows. */
export interface FileLinks {
  address(path: string): string | null;
  thumb(path: string): string | null;
  /** How many seconds a film lasts; left out, or null: not known. */
  seconds?(path: string): number | null;
  /** How many jobs of a provider may be in flight; left out, or null: not limited. */
  slots?(provider: string): number | null;
}

/** Makes the page's data job by job. */
export interface ViewTally {
  add(job: ReportJob): void;
  done(): ReportView;
}

/** What charts, thumbnails and the table of jobs are drawn from. Pure; reads the jobs once, as a stream. `now`: for a batch that has not ended. */
export function buildReportView(input: ReportInput, links: FileLinks, now: number): ReportView {
  const tally = viewTally(input, links, now);
  for (const job of input.jobs()) tally.add(job);
  return tally.done();
}

/** The same for a caller who reads the jobs anyway. The views of files are made before `thumb` is asked for, in `done`. */
export function viewTally(input: Omit<ReportInput, 'jobs'>, links: FileLinks, now: number): ViewTally {
  const units = new Map(input.providers.map(({ name, unit }) => [name, unit]));
  const latency = histogramTally();
  const providers = input.providers.map(({ name, unit }) => ({ name, unit, slots: links.slots?.(name) ?? null }));
  const course = courseTally(input.startedAt, Math.max(input.endedAt ?? now, input.startedAt + 1), providers);
  const jobs: ReportJob[] = [];
  let left = 0;
  return {
    add(job) {
      course.add(job);
      const took = tookMs(job);
      if (took !== null && job.state === 'done' && !job.removed) latency.add(job.model, took);
      if (jobs.length < MOST_JOBS) jobs.push(job);
      else left += 1;
    },
    done: () => ({
      batch: escapeTerminal(input.batch),
      course: course.done(),
      latency: latency.done(),
      jobs: jobs.map((job) => jobView(job, units.get(job.provider) ?? '', tookMs(job), links)),
      left,
      all: commandLine('report', input, '--format', 'csv'),
    }),
  };
}

function jobView(job: ReportJob, unit: string, took: number | null, links: FileLinks): JobView {
  const remarks = [
    job.error === null ? null : `${job.error.class}: ${job.error.message}`,
    job.warning,
    job.removed ? 'no longer in the manifest' : null,
  ];
  const { prompt } = job.params;
  const quoted = quotedOf(job);
  return {
    id: escapeTerminal(job.id),
    model: escapeTerminal(job.model),
    state: job.state,
    attempt: job.attempt,
    unit,
    quote: quoted === null ? null : toUnits(quoted),
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
        seconds: links.seconds?.(path) ?? null,
        address: links.address(path),
        thumb: links.thumb(path),
      }),
    ),
  };
}

function tookMs({ submittedAt, completedAt }: ReportJob): number | null {
  return submittedAt === null || completedAt === null ? null : completedAt - submittedAt;
}
