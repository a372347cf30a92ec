import type { Failure } from '../job-type/outcomes.ts';
import type { Micros } from '../values/money.ts';
import type { Attempt } from './attempt-row.ts';
import type { Settlement } from './settlement.ts';

/** What a failure comes to in money. Micros. */
export interface FailureMoney {
  /** What was taken before anything was given back, to be booked; null: nothing is booked, the reservation is released. */
  readonly charge: Micros | null;
  /** The charge is the quote, since no answer named one. */
  readonly quoted: boolean;
  /** What was given back on the answer's own word. */
  readonly refund: Micros;
  /** Money was taken, or may have been, and nothing says what became of it. */
  readonly open: boolean;
  readonly verdict: Failure['charged'];
}

/**
 * Judges what a failed job cost, from what was charged before and what the failed answer says. Pure.
 *
 * A refund counts on evidence only (contract, section 2): its own field, as a sum, `true` or `false`; or a charge of 0 on a failed job, the
 * API's word that it kept nothing. Prose such as "failed generations refund automatically" is no evidence, and without any the job is
 * charged `unknown` (ulazai.md, trap 28). Where a figure is missing the quote stands in: costs are never understated.
 */
export function judgeFailure(attempt: Pick<Attempt, 'charged' | 'quote'>, money: Settlement, said: Failure['charged']): FailureMoney {
  const { charged: figure, refunded } = money;
  const first = attempt.charged;
  // A 0 on a failed answer is what is left after the refund, not what was taken.
  const later = figure === 0 ? null : figure;
  const quoted = first === null && later === null;
  const most = quoted ? attempt.quote : Math.max(first ?? 0, later ?? 0);

  if (refunded === true) return { charge: most, quoted, refund: most ?? 0, open: false, verdict: 'no' };
  if (typeof refunded === 'number' && refunded > 0) {
    if (quoted && figure === 0) return { charge: refunded, quoted: false, refund: refunded, open: false, verdict: 'no' };
    const charge = quoted ? Math.max(refunded, most ?? 0) : (most ?? 0);
    const verdict = refunded >= charge ? 'no' : quoted ? 'unknown' : 'yes';
    return { charge, quoted: quoted && charge > refunded, refund: refunded, open: false, verdict };
  }
  if (figure === 0 || most === 0 || (quoted && said === 'no')) {
    return { charge: first, quoted: false, refund: first ?? 0, open: false, verdict: 'no' };
  }
  // The later figure corrects the first; what may have been given back is another question.
  const charge = later ?? most;
  if (refunded === false || refunded === 0) return { charge, quoted, refund: 0, open: false, verdict: 'yes' };
  // Paid, and the files cannot be had: nothing promises money back.
  if (said === 'yes') return { charge, quoted, refund: 0, open: false, verdict: 'yes' };
  return { charge, quoted, refund: 0, open: true, verdict: 'unknown' };
}
