import type { PollHints } from '../job-type/job-type.ts';
import type { LengthSeen } from '../job-type/length-seen.ts';

/** From so many observations on, what was seen replaces what is said. */
const ENOUGH = 20;
/** Each observation stands for so many equally likely lengths between its bounds. */
const SPREAD = 4;
/** Of the documents' range: the shares before, within and after it, since ranges in documents are optimistic, and its widening at either end. */
const PRIOR = { before: 3, within: 14, after: 3, early: 0.6, late: 1.4 } as const;
/** What answers say of one generation counts as so many observations, and reaches this far to either side. */
const SAID = { weight: 5, early: 0.7, late: 1.5 } as const;
/** A generation that was finished when it was first looked at surely took more than this share of the time. */
const SURELY = 0.5;
/** How often the observations between two looks are placed anew by what the others tell. More would crowd them on a few points. */
const ROUNDS = 2;

/**
 * The lengths to reckon with, equally likely, ascending, milliseconds; empty when nothing is known. What was seen, filled up while that is
 * little from the documents' range and from what the answers expect of this very generation (`saidMs`, counted from its submission; null
 * when they do not say).
 *
 * An observation between two looks is spread over the time between them: taken for its end, it would teach the poller its own habits. It is
 * spread evenly at first, and then where the lengths of all the others lie within its bounds.
 */
export function likelyLengths(learned: readonly LengthSeen[], hints: PollHints | null, saidMs: number | null): Float64Array {
  const assumed = assumedLengths(ENOUGH - learned.length, hints, saidMs);
  const size = learned.length * SPREAD;
  let lengths = new Float64Array(size + assumed.length);
  learned.forEach(({ fromMs, toMs }, index) => {
    const from = fromMs > 0 ? Math.min(fromMs, toMs) : toMs * SURELY;
    for (let part = 0; part < SPREAD; part++) lengths[index * SPREAD + part] = from + ((toMs - from) * (part + 0.5)) / SPREAD;
  });
  lengths.set(assumed, size);
  lengths.sort();
  for (let round = 0; round < ROUNDS; round++) {
    const placed = new Float64Array(lengths.length);
    learned.forEach((seen, index) => {
      placeWithin(lengths, seen, placed.subarray(index * SPREAD, (index + 1) * SPREAD));
    });
    placed.set(assumed, size);
    lengths = placed.sort();
  }
  return lengths;
}

/** Fills the parts with evenly spaced ranks of the lengths within the bounds. */
function placeWithin(lengths: Float64Array, { fromMs, toMs }: LengthSeen, parts: Float64Array): void {
  const low = countUpTo(lengths, fromMs);
  const high = countUpTo(lengths, toMs);
  for (let part = 0; part < SPREAD; part++) {
    parts[part] = high > low ? lengths[low + Math.floor(((part + 0.5) * (high - low)) / SPREAD)]! : toMs;
  }
}

/** How many of the ascending lengths are at most so long. */
function countUpTo(lengths: Float64Array, ms: number): number {
  let low = 0;
  let high = lengths.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lengths[middle]! <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What stands in for so many observations that are missing. */
function assumedLengths(missing: number, hints: PollHints | null, saidMs: number | null): number[] {
  if (missing <= 0) return [];
  const lengths: number[] = [];
  const said = saidMs === null ? 0 : hints === null ? missing : Math.min(SAID.weight, missing);
  if (saidMs !== null) lengths.push(...between(saidMs * SAID.early, saidMs * SAID.late, SPREAD * said));
  if (hints !== null && missing > said) {
    const weight = (SPREAD * (missing - said)) / (PRIOR.before + PRIOR.within + PRIOR.after);
    const [early, late] = hints.typicalMs;
    lengths.push(...between(early * PRIOR.early, early, PRIOR.before * weight));
    lengths.push(...between(early, late, PRIOR.within * weight));
    lengths.push(...between(late, late * PRIOR.late, PRIOR.after * weight));
  }
  return lengths;
}

function between(from: number, to: number, count: number): number[] {
  const whole = Math.max(1, Math.round(count));
  return Array.from({ length: whole }, (_, index) => from + ((to - from) * (index + 0.5)) / whole);
}
