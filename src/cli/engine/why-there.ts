import type { StoredJob } from '../../queue/job-row.ts';
import { type CommandScope, commandLine } from '../../report/command-line.ts';

/** Why a job stands where it stands, and what a person can do about it: sentences. */
export interface WhyThere {
  readonly why: string;
  /** Commands, or what is to be done before one; none where there is nothing to do. */
  readonly next: readonly string[];
}

/** What is known of a job's latest attempt, as far as it explains its state. */
export interface LastAttempt {
  readonly number: number;
  readonly state: string;
  readonly mayCost: string | null;
  readonly refundOpen: boolean;
  /** Files of done attempts that are no longer on disk. */
  readonly missingFiles: number;
}

/** The job whose unknown outcome a queued one waits for. */
export interface WaitsFor {
  readonly id: string;
  readonly batch: string;
}

/** Explains the state of a job. `of` is what commands are about. */
export function whyThere(job: StoredJob, last: LastAttempt | null, of: CommandScope, waitsFor: WaitsFor | null = null): WhyThere {
  const select = selectorOf(job.id);
  const to = (verb: string, ...rest: readonly string[]): string => commandLine(verb, of, ...rest);
  const failure = job.error === null ? '' : `${job.error.class}: ${job.error.message}`;
  if (job.removed)
    return {
      why: 'the manifest no longer has it; it is kept for its money and its files',
      next: ['put it back into the manifest and run that'],
    };
  switch (job.state) {
    case 'queued':
      if (waitsFor !== null)
        return {
          why: `it waits for the outcome of ${waitsFor.id} of batch ${waitsFor.batch}: the provider's history could not tell the two apart`,
          next: [`${commandLine('reconcile', { ...of, batch: waitsFor.batch })} (looks for that one in the history)`, to('resume')],
        };
      return { why: queuedWhy(last, failure), next: [to('resume'), to('cancel', select)] };
    case 'submitting':
      return {
        why: 'its request is on its way, or the process that sent it has ended',
        next: [`${to('resume')} (where no run works the queue: it finds out what became of it)`],
      };
    case 'processing':
      return {
        why: 'the API took it and has not finished it',
        next: [`${to('resume')} (where no run works the queue: it goes on asking)`],
      };
    case 'ready':
      return { why: 'it was generated and paid for, and not every file is on disk yet', next: [to('download', select)] };
    case 'done':
      return last !== null && last.missingFiles > 0
        ? { why: `it was made, and ${last.missingFiles} of its files are no longer on disk`, next: [to('download', select)] }
        : { why: 'it was made, and every file is on disk', next: [] };
    case 'failed':
      return { why: failedWhy(job, failure, last), next: failedNext(job, to, select, last) };
    case 'rejected':
      return {
        why: `the API refused it before it was charged: ${failure}`,
        next: ['change the prompt or the parameters in the manifest and run that', `${to('retry', select)} (to try it as it is)`],
      };
    case 'canceled':
      return { why: 'it was canceled before it was submitted', next: [to('retry', select)] };
    case 'unknown':
      return {
        why: `it was sent and no trustworthy answer came; it may have cost ${last?.mayCost ?? 'a sum that is not known'}`,
        next: [
          `${to('reconcile')} (looks for it in the provider's history)`,
          `${to('reconcile', '--abandon')} (gives it up), or --resubmit (may pay for it a second time)`,
        ],
      };
    default:
      return job.state satisfies never;
  }
}

function queuedWhy(last: LastAttempt | null, failure: string): string {
  if (last?.state === 'withdrawn') return `it waits to be submitted again${failure === '' ? '' : `; the last time: ${failure}`}`;
  if (last !== null) return `it waits for its attempt ${last.number + 1}`;
  return 'it waits for its first submission';
}

function failedWhy(job: StoredJob, failure: string, last: LastAttempt | null): string {
  const charged = { yes: 'it was charged', no: 'it was not charged in the end', unknown: 'whether it was charged is not known' };
  const promised = '; a refund is promised and has not been seen yet';
  const givenUp = '; nobody promised a refund: should the account show that nothing was taken, it is booked back';
  const open = !last?.refundOpen ? '' : job.error?.class === 'transport' ? givenUp : promised;
  return `${failure}; ${charged[job.error?.charged ?? 'unknown']}${open}`;
}

function failedNext(
  job: StoredJob,
  to: (verb: string, ...rest: readonly string[]) => string,
  select: string,
  last: LastAttempt | null,
): string[] {
  const refund = last?.refundOpen
    ? [`${to('status')} (asks the account once more whether it was ${job.error?.class === 'transport' ? 'taken' : 'given back'})`]
    : [];
  if (job.error?.class === 'lost' || job.error?.class === 'transport')
    return [...refund, `${to('retry', select)} (pays for it a second time)`];
  return [...refund, to('retry', select)];
}

/** `--select` for exactly this job, as a shell takes it. */
export function selectorOf(id: string): string {
  const glob = id.replace(/[\\*?[\]{}()!|+@]/g, '\\$&');
  const term = `id:${/[\s,]/.test(glob) ? `"${glob}"` : glob}`;
  return `--select ${/^[\w:./-]+$/.test(term) ? term : `'${term.replaceAll("'", `'\\''`)}'`}`;
}
