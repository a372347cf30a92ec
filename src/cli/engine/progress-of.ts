import type { Batch } from '../../queue/batch-store.ts';
import { type ProgressSnapshot, pausedNote } from '../output/progress-snapshot.ts';
import type { EngineParts } from './engine-parts.ts';
import { loadsFromQueue, oldestOnTheirWay } from './load-of.ts';
import { lostAnswers } from './lost-answers.ts';
import type { OpenStores } from './queue-stores.ts';
import { standing } from './standing.ts';
import { timeLeft } from './time-left.ts';

/** What only the runner knows. */
type OfRunner = Pick<ProgressSnapshot, 'requests' | 'perMinute' | 'left' | 'providers' | 'notes'>;

/** A runner that has told nothing for so long says nothing of now. */
const STALE_MS = 30_000;

/**
 * Where a batch stands, as the display of the run that works it shows it, for somebody who watches from another process: jobs and money
 * from the queue, the rest as the runner told it last. `running`: whether one does.
 */
export function progressOf(parts: EngineParts, stores: OpenStores, batch: Batch, running: boolean): ProgressSnapshot {
  const now = parts.clock.now();
  return {
    batch: batch.name,
    ...standing(stores, parts.registry, batch),
    oldest: oldestOnTheirWay(stores, batch, now),
    ...((running && told(stores, batch, now)) || fromQueue(parts, stores, batch, running, now)),
  };
}

function told(stores: OpenStores, batch: Batch, now: number): OfRunner | null {
  const last = stores.progress.told(batch.id);
  if (last === null || last.at < (stores.runs.latest(batch.id)?.startedAt ?? 0) || now - last.at > STALE_MS) return null;
  const { requests, perMinute, left, providers, notes } = JSON.parse(last.text) as ProgressSnapshot;
  const rest = (ms: number): number => Math.max(0, ms - Math.max(0, now - last.at));
  return {
    requests,
    perMinute,
    left: left && { lowMs: rest(left.lowMs), highMs: rest(left.highMs) },
    providers: providers.map((load) => ({
      ...load,
      nextFreeMs: load.nextFreeMs === null ? null : rest(load.nextFreeMs),
      throttledMs: rest(load.throttledMs),
    })),
    notes,
  };
}

function fromQueue(parts: EngineParts, stores: OpenStores, batch: Batch, running: boolean, now: number): OfRunner {
  const { submit, poll, other } = stores.runs.latest(batch.id)?.requests ?? { submit: 0, poll: 0, other: 0 };
  const paused = stores.control.pausedAt(batch.id) !== null;
  const end = timeLeft(parts, stores, batch);
  const { suggest, registry, settings } = parts;
  return {
    requests: submit + poll + other,
    perMinute: null,
    // Nothing comes to its end by itself while nobody works it, or may.
    left: running && !paused && end !== null ? { lowMs: end.lowMs, highMs: end.highMs } : null,
    providers: loadsFromQueue(parts, stores, batch),
    notes: [
      ...(running || stores.batches.waiting(batch.id).length === 0
        ? []
        : [`nobody works it; \`${suggest('resume', batch.name)}\` goes on`]),
      ...(paused ? [pausedNote(suggest('unpause', batch.name))] : []),
      ...lostAnswers(stores, registry, batch, (provider) => settings.providers[provider], now),
    ],
  };
}
