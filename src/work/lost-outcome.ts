import type { Failure, PollOutcome } from '../job-type/outcomes.ts';

/** What becomes of an accepted job that the provider no longer knows: paid as far as anybody can tell, and lost. */
export function lostOutcome(failure: Failure): Extract<PollOutcome, { kind: 'failed' }> {
  return {
    kind: 'failed',
    failure: {
      ...failure,
      class: 'lost',
      message: `accepted, and no longer known to the provider: ${failure.message}`,
      // That the look-up was refused says nothing of what the job has cost.
      charged: failure.charged === 'yes' ? 'yes' : 'unknown',
    },
    money: { charged: null, refunded: null, balance: null },
  };
}
