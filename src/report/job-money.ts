import type { Micros } from '../values/money.ts';
import type { ReportJob } from './report-input.ts';

/** One job's money as the report counts it. */
export interface JobMoney {
  readonly quote: Micros | null;
  readonly charged: Micros;
  readonly refunded: Micros;
  readonly net: Micros;
  /** What it may have cost beyond what is booked, null where that is not known; 0 when nothing is open. */
  readonly atStake: Micros | null;
  /** What a refund that is not booked yet could still bring back. */
  readonly refundable: Micros;
  /** What may already be taken and is not booked, since the job is in flight. Only where the ledger still has a reservation. */
  readonly inFlight: Micros;
}

/** What a job was to cost to date, all its attempts together. */
export function quotedOf(job: ReportJob): Micros | null {
  return job.quoted === undefined ? job.quote : job.quoted;
}

/**
 * The money of one job.
 * An unknown job may have cost its quote, on top of what earlier attempts are booked with. So may a failed one whose charge
 * is unknown, unless a charge is booked already: then the charge is certain, and what is not known is the refund.
 */
export function jobMoney(job: ReportJob): JobMoney {
  const charged = job.charged ?? 0;
  const refunded = job.refunded ?? 0;
  const net = charged - refunded;
  const ended = job.state === 'failed' || job.state === 'rejected' || job.state === 'canceled';
  const open = job.state === 'unknown' || (ended && job.error?.charged === 'unknown' && net === 0);
  // Of a first attempt a booking says that its charge is known; of a later one it may be an earlier attempt's.
  const flying = (job.state === 'submitting' || job.state === 'processing') && (net === 0 || job.attempt > 1);
  return {
    quote: quotedOf(job),
    charged,
    refunded,
    net,
    atStake: open ? job.quote : 0,
    refundable: ended && net > 0 ? net : 0,
    inFlight: flying ? (job.quote ?? 0) : 0,
  };
}
