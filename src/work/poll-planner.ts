import type { PollHints } from '../job-type/job-type.ts';
import type { LengthSeen } from '../job-type/length-seen.ts';
import type { PollOutcome } from '../job-type/outcomes.ts';
import type { PollKnowledge, PollSchedule } from '../schedule/poll-policy.ts';
import type { SharingJob } from './poll-share.ts';
import { SaidLength } from './said-length.ts';

/** When to look at a job; pure. See schedule/poll-policy. */
export type PollPolicy = (known: PollKnowledge) => PollSchedule;

/** What is known of one job, besides what its answers say. */
export interface PlannerParts {
  readonly policy: PollPolicy;
  readonly hints: PollHints | null;
  /** Lengths of past generations like this one, in any order. */
  readonly learned: readonly LengthSeen[];
  readonly bounds: { readonly minMs: number; readonly maxMs: number };
  readonly share: SharingJob;
  /** From 0 up to, not including, 1. */
  readonly random: number;
  /** What the answer to the submission expects, milliseconds; null when it does not say. */
  readonly expectMs: number | null;
}

/** The polls are planned anew when what they may use, or what answers promise, has changed by this share. */
const CHANGE = 0.1;

/** The polls of one job: planned at its start, and anew when something has changed that matters. */
export class PollPlanner {
  readonly #parts: PlannerParts;
  readonly #said: SaidLength;
  #plan: { readonly schedule: PollSchedule; readonly allowed: number | null; readonly saidMs: number | null } | null = null;

  constructor(parts: PlannerParts) {
    this.#parts = parts;
    this.#said = new SaidLength(parts.expectMs);
  }

  /** The polls as they stand so long after the submission was accepted. */
  schedule(elapsedMs: number): PollSchedule {
    const { policy, hints, learned, bounds, share, random } = this.#parts;
    const allowed = share.allowed();
    const saidMs = this.#said.at(elapsedMs);
    if (this.#plan && isNear(this.#plan.allowed, allowed) && isNear(this.#plan.saidMs, saidMs)) return this.#plan.schedule;
    const schedule = policy({ hints, learned, saidMs, bounds, perMinute: allowed, random });
    share.planned = schedule.perMinute;
    this.#plan = { schedule, allowed, saidMs };
    return schedule;
  }

  /** Learns from an answer, so long after the submission was accepted. */
  saw(outcome: PollOutcome, elapsedMs: number): void {
    if (outcome.kind === 'running') this.#said.saw(outcome, elapsedMs);
  }
}

function isNear(before: number | null, now: number | null): boolean {
  if (before === null || now === null) return before === now;
  return Math.abs(now - before) <= CHANGE * before;
}
