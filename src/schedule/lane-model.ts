import type { PollHints } from '../job-type/job-type.ts';
import type { LengthSeen } from '../job-type/length-seen.ts';
import { likelyLengths } from './likely-lengths.ts';
import { schedulePolls } from './poll-policy.ts';

/** What is known of the generations of one lane. */
export interface LaneKnowledge {
  /** Null: nothing is documented. */
  readonly hints: PollHints | null;
  readonly learned: readonly LengthSeen[];
  /** Whether its end is found by polling; otherwise it is the answer to the submission. */
  readonly polled: boolean;
  readonly bounds: { readonly minMs: number; readonly maxMs: number };
  /** Requests a minute that one job may take; null without a limit. */
  readonly perMinute: number | null;
}

/** How long jobs of one lane hold their slots. */
export interface LaneModel {
  /** Equally likely, ascending, milliseconds: from the submission until the poller sees the end. */
  readonly heldMs: Float64Array;
  readonly meanMs: number;
  /** Standard deviation of one job. */
  readonly spreadMs: number;
  /** How far the mean may be from the truth, as a share of it. */
  readonly doubt: number;
  /** Requests of one job, its submission included. */
  readonly requests: number;
}

/** From so many observations on, nothing but what was seen counts. */
const ENOUGH = 3;
/** How far the mean may be off where only the documents are known, where nothing is, and at least; a few alike tell little of how they vary. */
const DOUBT = { documented: 0.25, blind: 0.5, least: 0.01, varies: 0.1 } as const;
/** What is assumed where nothing is known, milliseconds. */
const BLIND_MS = [15_000, 45_000] as const;
/** From a submission to the next there are two round trips and two commits: so long, but no more than this share of a short job. */
const HANDLING = { ms: 200, share: 0.01 } as const;
/** Lengths that are reckoned with. */
const SAMPLE = 64;

/** How long jobs of a lane hold their slots, polled as the product polls. */
export function laneModel(known: LaneKnowledge): LaneModel {
  const { hints, learned, polled } = known;
  const lengths = sampled(expectedLengths(learned, hints));
  const looks = polled ? looksUntil(known, lengths[lengths.length - 1]!) : null;
  let requests = 1;
  const heldMs = lengths.map((length) => {
    if (looks === null) return length + handling(length);
    const index = looks.findIndex((look) => look >= length);
    requests += (index + 1) / lengths.length;
    return looks[index]! + handling(length);
  });
  const meanMs = mean(heldMs);
  const spreadMs = Math.sqrt(heldMs.reduce((sum, ms) => sum + (ms - meanMs) ** 2, 0) / heldMs.length);
  return { heldMs, meanMs, spreadMs, doubt: doubtOf(known, spreadMs / Math.max(1, meanMs)), requests };
}

function expectedLengths(learned: readonly LengthSeen[], hints: PollHints | null): Float64Array {
  const lengths = likelyLengths(learned, learned.length >= ENOUGH ? null : hints, null);
  if (lengths.length > 0) return lengths;
  const [from, to] = BLIND_MS;
  return Float64Array.from({ length: SAMPLE }, (_, index) => from + ((to - from) * (index + 0.5)) / SAMPLE);
}

function sampled(lengths: Float64Array): Float64Array {
  if (lengths.length <= SAMPLE) return lengths;
  return Float64Array.from({ length: SAMPLE }, (_, index) => lengths[Math.floor(((index + 0.5) * lengths.length) / SAMPLE)]!);
}

/** The moments at which a job is looked at, the last of them not before the longest length. */
function looksUntil(known: LaneKnowledge, longestMs: number): readonly number[] {
  const { hints, learned, bounds, perMinute } = known;
  const schedule = schedulePolls({ hints, learned, saidMs: null, bounds, perMinute, random: 0.5 });
  const looks: number[] = [];
  for (let at = 0; at < longestMs; looks.push(at)) at += Math.max(1, schedule.delay(at));
  return looks.length > 0 ? looks : [longestMs];
}

function doubtOf({ learned, hints }: LaneKnowledge, variation: number): number {
  if (learned.length >= ENOUGH)
    return Math.min(DOUBT.documented, Math.hypot(DOUBT.least, Math.max(variation, DOUBT.varies) / Math.sqrt(learned.length - 1)));
  return hints === null && learned.length === 0 ? DOUBT.blind : DOUBT.documented;
}

function handling(lengthMs: number): number {
  return Math.min(HANDLING.ms, lengthMs * HANDLING.share);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
