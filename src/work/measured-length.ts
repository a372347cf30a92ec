import type { LengthSeen } from '../job-type/length-seen.ts';
import type { PollOutcome } from '../job-type/outcomes.ts';

/** When a job was looked at, milliseconds since its submission was accepted. */
export interface Looks {
  /** Since when it was followed: not from the start where an earlier run submitted it. */
  readonly followedFrom: number;
  /** The last look at which it was still running; 0 when there was none. */
  readonly runningAt: number;
  readonly finishedAt: number;
  /** The longest wait between two looks that the configuration allows. */
  readonly longestWaitMs: number;
}

/** What a provider's clock may differ by over one generation, and what a request takes on its way: milliseconds. */
const CLOCK_SLACK_MS = 2_000;

/**
 * How long a generation took: by the provider's own clock where the answer says it and the looks do not speak against it, otherwise
 * between the last two looks. Null when nobody can tell: it was finished before this run looked, or the machine slept between the looks.
 */
export function measuredLength(outcomes: readonly PollOutcome[], looks: Looks): LengthSeen | null {
  const { followedFrom, runningAt, finishedAt, longestWaitMs } = looks;
  const said = outcomes.map((outcome) => (outcome.kind === 'completed' ? outcome.tookMs : undefined));
  const tookMs = said.every((ms) => ms !== undefined) ? Math.max(...said) : null;
  if (tookMs !== null && tookMs > 0 && tookMs >= runningAt - CLOCK_SLACK_MS && tookMs <= finishedAt + CLOCK_SLACK_MS) {
    // Times in whole seconds tell the length to a second.
    const half = tookMs % 1_000 === 0 ? 1_000 : 0;
    const fromMs = Math.max(1, tookMs - half, Math.min(runningAt, tookMs));
    return { fromMs: Math.min(fromMs, tookMs), toMs: Math.max(tookMs, Math.min(tookMs + half, finishedAt)) };
  }
  if (runningAt === 0 && followedFrom > longestWaitMs) return null;
  if (runningAt > 0 && finishedAt - runningAt > 2 * longestWaitMs) return null;
  return { fromMs: runningAt, toMs: finishedAt };
}
