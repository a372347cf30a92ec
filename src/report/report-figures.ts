import { cappedList } from './capped-list.ts';
import { escapeTerminal } from './escape-terminal.ts';
import { failureTally } from './failure-tally.ts';
import type { LostJob, ReportFigures, ShortJob, UnknownJob } from './figures.ts';
import { jobMoney } from './job-money.ts';
import { type ProviderTally, providerTally } from './provider-tally.ts';
import type { ReportInput, ReportJob, ReportState } from './report-input.ts';

/** Jobs named in each list; the rest is counted. */
const MOST_NAMED = 500;
const HOUR_MS = 3_600_000;

/** Adds up the cost report job by job. */
export interface FiguresTally {
  add(job: ReportJob): void;
  done(): ReportFigures;
}

/** The cost report as data. Pure; reads the jobs once, as a stream. */
export function reportFigures(input: ReportInput): ReportFigures {
  const tally = figuresTally(input);
  for (const job of input.jobs()) tally.add(job);
  return tally.done();
}

/** The same for a caller who reads the jobs anyway: holds sums, capped lists and one tally a model. Amounts are micros, added as integers. */
export function figuresTally(input: Omit<ReportInput, 'jobs'>): FiguresTally {
  const counts = noJobs();
  const providers = new Map<string, ProviderTally>();
  for (const provider of input.providers) providers.set(provider.name, providerTally(provider.name, provider));
  const failures = failureTally();
  const unknown = cappedList<UnknownJob>(MOST_NAMED);
  const lost = cappedList<LostJob>(MOST_NAMED);
  const short = cappedList<ShortJob>(MOST_NAMED);
  const outputs = { files: 0, bytes: 0 };
  let removed = 0;

  const add = (job: ReportJob): void => {
    const money = jobMoney(job);
    const provider = providers.get(job.provider) ?? providerTally(job.provider, undefined);
    providers.set(job.provider, provider);
    const { unit } = provider;
    const { id, model, error } = job;
    if (job.removed) removed += 1;
    else {
      counts.total += 1;
      counts[job.state] += 1;
    }
    provider.add(job, money);
    outputs.files += job.outputs.length;
    for (const output of job.outputs) outputs.bytes += output.bytes;
    // A removed job is not to be retried.
    if ((job.state === 'failed' || job.state === 'rejected') && !job.removed) failures.add(job, money, unit);
    if (job.state === 'unknown') {
      const message = error === null ? null : escapeTerminal(error.message);
      const { attempt, submittedAt, quote } = job;
      unknown.add(() => ({ id, model, provider: job.provider, unit, attempt, submittedAt, mayCost: quote, message }));
    }
    if (job.state === 'failed' && error?.class === 'lost') {
      lost.add(() => ({ id, model, unit, remoteId: job.remoteId, net: money.net, message: escapeTerminal(error.message) }));
    }
    const { warning } = job;
    if (warning !== null) short.add(() => ({ id, model, files: job.outputs.length, warning: escapeTerminal(warning) }));
  };

  return {
    add,
    done: () => ({
      batch: input.batch,
      ...(input.queueFlags && { queueFlags: input.queueFlags }),
      stopped: input.stopped,
      startedAt: input.startedAt,
      endedAt: input.endedAt,
      time: {
        workedMs: input.workedMs,
        jobsPerHour: counts.done > 0 && input.workedMs > 0 ? (counts.done * HOUR_MS) / input.workedMs : null,
      },
      jobs: counts,
      removed,
      providers: [...providers.values()].map((provider) => provider.done()),
      failures: failures.done(),
      unknown: unknown.done(),
      lost: lost.done(),
      short: short.done(),
      outputs,
      slots: input.slots ?? [],
      requests: input.requests,
    }),
  };
}

function noJobs(): Record<ReportState | 'total', number> {
  return { total: 0, queued: 0, submitting: 0, processing: 0, ready: 0, done: 0, failed: 0, rejected: 0, canceled: 0, unknown: 0 };
}
