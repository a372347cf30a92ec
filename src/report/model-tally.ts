import type { ModelFigures } from './figures.ts';
import type { JobMoney } from './job-money.ts';
import { latencyTally } from './latency-tally.ts';
import type { ReportJob } from './report-input.ts';

/** Adds up the jobs of one model. */
export interface ModelTally {
  add(job: ReportJob, money: JobMoney): void;
  done(): ModelFigures;
}

/** An empty tally of the model. */
export function modelTally(model: string): ModelTally {
  const sums = {
    jobs: 0,
    removed: 0,
    quoted: 0,
    unpricedJobs: 0,
    charged: 0,
    refunded: 0,
    net: 0,
    unknown: 0,
    done: 0,
    failed: 0,
    files: 0,
    bytes: 0,
  };
  const latency = latencyTally();
  return {
    add(job, money) {
      if (job.removed) sums.removed += 1;
      else sums.jobs += 1;
      if (money.quote === null) sums.unpricedJobs += 1;
      else sums.quoted += money.quote;
      sums.charged += money.charged;
      sums.refunded += money.refunded;
      sums.net += money.net;
      sums.unknown += money.atStake ?? 0;
      if (job.state === 'done' && !job.removed) sums.done += 1;
      if ((job.state === 'failed' || job.state === 'rejected') && !job.removed) sums.failed += 1;
      sums.files += job.outputs.length;
      for (const output of job.outputs) sums.bytes += output.bytes;
      if (job.state === 'done' && !job.removed && job.submittedAt !== null && job.completedAt !== null)
        latency.add(job.completedAt - job.submittedAt);
    },
    done: () => ({ model, ...sums, latency: latency.done() }),
  };
}
