import type { LengthSeen } from '../src/job-type/length-seen.ts';
import { schedulePolls } from '../src/schedule/poll-policy.ts';
import { PollPlanner } from '../src/work/poll-planner.ts';
import { PollShare } from '../src/work/poll-share.ts';
import type { SimulatedKind, SimulatedPoller } from './poll-simulation.ts';

const KEPT = 200;

/** What was learned of each kind, oldest first. */
export type Learned = Map<SimulatedKind, LengthSeen[]>;

/** At the same interval from the submission on, as the sample clients of the documents. */
export function fixedPoller(intervalMs: number): SimulatedPoller {
  return () => ({ next: () => intervalMs, ended: () => {} });
}

/**
 * The product's policy, which learns while it polls. `perMinute` is the shared limit. Lengths are learned from the looks alone, as where
 * answers do not tell them.
 */
export function learningPoller(learned: Learned, perMinute: number | null, random: () => number): SimulatedPoller {
  const polls = new PollShare(perMinute);
  return ({ kind }) => {
    const seen = learned.get(kind) ?? [];
    learned.set(kind, seen);
    const share = polls.join();
    const timer = new PollPlanner({
      policy: schedulePolls,
      hints: kind.hints,
      learned: seen.slice(-KEPT),
      bounds: kind.bounds,
      share,
      random: random(),
      expectMs: null,
    });
    return {
      next: (elapsedMs) => timer.schedule(elapsedMs).delay(elapsedMs),
      ended: (fromMs, toMs) => {
        share.leave();
        seen.push({ fromMs, toMs });
      },
    };
  };
}
