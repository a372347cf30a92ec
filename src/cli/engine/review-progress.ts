import type { Batch } from '../../queue/batch-store.ts';
import { formatCount, formatDuration } from '../../report/format.ts';
import type { ReviewProgress } from '../../review/review-view.ts';
import { clockTime } from '../../work/clock-time.ts';
import { pausedNote } from '../output/progress-snapshot.ts';
import { paceText } from '../output/progress-text.ts';
import type { EngineParts } from './engine-parts.ts';
import { progressOf } from './progress-of.ts';
import type { OpenStores } from './queue-stores.ts';

/** What the live page says of how far a batch is: the same as the terminal. */
export function reviewProgress(parts: EngineParts, stores: OpenStores, batch: Batch, running: boolean): ReviewProgress {
  const progress = progressOf(parts, stores, batch, running);
  const { left, providers, jobs, notes } = progress;
  const at = (ms: number): string => clockTime(parts.clock.now() + ms);
  const until = left === null || left.highMs <= 0 ? '' : `, until ${at(left.lowMs)} to ${at(left.highMs)}`;
  // The page has a line of its own for it, and the button that ends it.
  const paused = pausedNote(parts.suggest('unpause', batch.name));
  const next = providers.filter(({ nextFreeMs, throttledMs }) => nextFreeMs !== null && nextFreeMs >= throttledMs + 1_000);
  return {
    pace: `${paceText(progress)}${until}`,
    notes: [
      ...notes.filter((note) => note !== paused),
      ...next.map(({ name, nextFreeMs }) => `${name}: next submission in ${formatDuration(nextFreeMs ?? 0)}`),
      ...(jobs.unknown === 0
        ? []
        : [
            `${formatCount(jobs.unknown)} unknown: \`${parts.suggest('reconcile', batch.name)}\` looks them up when no run does, and says what to decide`,
          ]),
    ],
  };
}
