import type { PollHints } from '../job-type/job-type.ts';

/** What is known when the next poll of a job is set. */
export interface PollInput {
  /** Since the submission was accepted, milliseconds. */
  readonly elapsedMs: number;
  /** What the documents expect; null where they say nothing. */
  readonly hints: PollHints | null;
  /** How long such generations took before, milliseconds, ascending. May be empty. */
  readonly learned: readonly number[];
  /** What the last answer expects still to come, milliseconds from now; null when it does not say. */
  readonly expectMs: number | null;
  /** No poll sooner, none later, the first included. Milliseconds. */
  readonly bounds: { readonly minMs: number; readonly maxMs: number };
  /** Requests a minute that polls may use, and jobs that share them; null without a limit. */
  readonly budget: { readonly perMinute: number; readonly inFlight: number } | null;
  /** From 0 up to, not including, 1. */
  readonly random: number;
}

/** From so many observations on, what was seen replaces what the documents say. */
const ENOUGH = 8;
/** A poll is set where this share of the still possible ends has passed: early enough to be prompt, late enough to hit. */
const SHARE = 0.25;
/** Beyond every known end: wait this share of the time by which it is late. */
const TAIL = 0.25;
/** Spread of each wait to either side, so that jobs submitted together are not polled together. */
const JITTER = 0.1;
/** Without any knowledge: this share of the time already waited. */
const BLIND = 0.25;

/**
 * How long to wait before the next poll, milliseconds. Known lengths say when an end becomes likely: the first poll comes
 * there, the next ones close together while ends are frequent, and further and further apart once it is late. Always
 * inside the bounds, and never so often that all jobs together would exceed their share of the request limit.
 */
export function nextPollDelay(input: PollInput): number {
  const { bounds, budget } = input;
  const jittered = aim(input) * (1 + JITTER * (2 * input.random - 1));
  const fairShare = budget && budget.perMinute > 0 ? (budget.inFlight / budget.perMinute) * 60_000 : 0;
  return Math.min(bounds.maxMs, Math.max(bounds.minMs, fairShare, jittered));
}

function aim(input: PollInput): number {
  const { elapsedMs, hints } = input;
  if (input.expectMs !== null && input.expectMs > 0) return input.expectMs;
  const ends = knownEnds(input);
  if (ends.length === 0) return elapsedMs * BLIND;
  const ahead = ends.filter((end) => end > elapsedMs);
  if (ahead.length === 0) return Math.max(hints?.intervalMs ?? 0, (elapsedMs - ends[ends.length - 1]!) * TAIL);
  return ahead[Math.floor(ahead.length * SHARE)]! - elapsedMs;
}

/** The lengths to reckon with, ascending: what was seen, filled up from the documents' range while little was. */
function knownEnds({ learned, hints }: PollInput): readonly number[] {
  if (!hints || learned.length >= ENOUGH) return learned;
  const [early, late] = hints.typicalMs;
  const missing = ENOUGH - learned.length;
  const expected = Array.from({ length: missing }, (_, step) => early + ((late - early) * (step + 0.5)) / missing);
  return [...learned, ...expected].sort((a, b) => a - b);
}
