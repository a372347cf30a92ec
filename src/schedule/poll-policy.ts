import type { PollHints } from '../job-type/job-type.ts';
import type { LengthSeen } from '../job-type/length-seen.ts';
import { likelyLengths } from './likely-lengths.ts';
import { planPolls } from './poll-plan.ts';

/** What is known of a job when its polls are planned. */
export interface PollKnowledge {
  /** What the documents expect; null where they say nothing. */
  readonly hints: PollHints | null;
  /** How long such generations took before, in any order. May be empty. */
  readonly learned: readonly LengthSeen[];
  /** How long the API's answers expect this generation to take from its submission, milliseconds; null when they do not say. */
  readonly saidMs: number | null;
  /** No poll sooner, none later, the first included. Milliseconds. */
  readonly bounds: { readonly minMs: number; readonly maxMs: number };
  /** Requests a minute that this job may take of a shared limit, its submission included; null without a limit. */
  readonly perMinute: number | null;
  /** From 0 up to, not including, 1: spreads the polls of jobs that were submitted together. The same through the life of a job. */
  readonly random: number;
}

/** The polls of one job. */
export interface PollSchedule {
  /** How long to wait before the next poll, milliseconds, so long after the submission was accepted. */
  delay(elapsedMs: number): number;
  /** Requests a minute that such a job takes on average, its submission included; 0 where nothing is known. */
  readonly perMinute: number;
  /** A job that has taken so much longer than any like it that a person should know. */
  isStuck(elapsedMs: number): boolean;
}

/** Beyond every length that is reckoned with: wait this share of the time by which it is late, reckoned from somewhat before the longest. */
const TAIL = { share: 0.25, from: 0.9 } as const;
/** Each look is moved by up to this share of the time to its neighbour, to either side. */
const JITTER = 0.15;
/** Without any knowledge: this share of the time already waited. */
const BLIND = 0.25;
/** So many times the longest length that is reckoned with. */
const STUCK = 3;
/** No two polls closer than this share of the time in which all jobs together may poll each once. */
const FAIR_GAP = 0.5;

/**
 * The polls of one job that waste the least.
 *
 * The lengths of past generations (or, until there are some, what the documents and the answers say) give the chance that this one has finished
 * by now. A slot that stands idle after its job has finished costs its time, a poll costs a share of the request limit. So the first poll
 * comes when many have finished, then several close together while finishing is likely, then ever fewer in the tail. Always inside
 * the bounds.
 */
export function schedulePolls(known: PollKnowledge): PollSchedule {
  const { bounds, perMinute } = known;
  const shift = JITTER * (2 * known.random - 1);
  const fairGap = perMinute === null ? 0 : (FAIR_GAP * 60_000) / perMinute;
  const least = Math.min(bounds.maxMs, Math.max(bounds.minMs, fairGap));
  const within = (ms: number): number => Math.min(bounds.maxMs, Math.max(least, ms));
  const lengths = likelyLengths(known.learned, known.hints, known.saidMs);
  if (lengths.length === 0) {
    return { delay: (elapsedMs) => within(elapsedMs * BLIND * (1 + shift)), perMinute: 0, isStuck: () => false };
  }
  const longestMs = lengths[lengths.length - 1]!;
  const meanMs = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  const affordable = perMinute === null ? Number.POSITIVE_INFINITY : (perMinute * meanMs) / 60_000 - 1;
  const plan = planPolls(lengths, { pollsPerJob: Math.max(1, affordable), minGapMs: least });
  const looks = spread(plan.looks, shift);
  return {
    delay: (elapsedMs) => {
      const next = looks.find((look) => look > elapsedMs);
      return within(next !== undefined ? next - elapsedMs : (elapsedMs - longestMs * TAIL.from) * TAIL.share * (1 + shift));
    },
    perMinute: ((1 + plan.expectedPolls) * 60_000) / Math.max(1, meanMs),
    isStuck: (elapsedMs) => elapsedMs > STUCK * longestMs,
  };
}

/** Moves each look by a share of the time to its nearer neighbour; the last only onward, since what has not finished by then is late. */
function spread(looks: readonly number[], shift: number): readonly number[] {
  return looks.map((look, index) => {
    const before = index === 0 ? Number.POSITIVE_INFINITY : look - looks[index - 1]!;
    const after = index === looks.length - 1 ? Number.POSITIVE_INFINITY : looks[index + 1]! - look;
    const gap = Math.min(before, after);
    if (!Number.isFinite(gap)) return look;
    return look + gap * (index === looks.length - 1 ? Math.abs(shift) : shift);
  });
}
