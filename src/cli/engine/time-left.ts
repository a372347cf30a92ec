import type { Batch } from '../../queue/batch-store.ts';
import { type PredictedEnd, predictEnd } from '../../schedule/predict-end.ts';
import type { EngineParts } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';
import { type LaneWork, workLeft } from './work-left.ts';

/**
 * How long the rest of a stored batch takes; null when nothing is left that takes a slot. `counts`: whether a provider's queued jobs are
 * going to be submitted.
 */
export function timeLeft(
  parts: Pick<EngineParts, 'registry' | 'settings' | 'clock'>,
  stores: Pick<OpenStores, 'jobs' | 'limits'>,
  batch: Batch,
  counts: (provider: string) => boolean = () => true,
): PredictedEnd | null {
  const now = parts.clock.now();
  const work = new Map<string, LaneWork>();
  for (const { jobs, ...lane } of stores.jobs.lanes(batch.id, 'queued')) {
    if (counts(lane.provider)) work.set(lane.lane, { ...lane, queued: jobs, inFlightMs: [] });
  }
  for (const state of ['submitting', 'processing'] as const) {
    for (const { lane, family, provider, submittedAt } of stores.jobs.inState(batch.id, state)) {
      const before = work.get(lane) ?? { lane, family, provider, queued: 0, inFlightMs: [] };
      const elapsedMs = submittedAt === null ? 0 : Math.max(0, now - submittedAt);
      work.set(lane, { ...before, inFlightMs: [...before.inFlightMs, elapsedMs] });
    }
  }
  return work.size === 0 ? null : predictEnd(workLeft({ ...parts, limits: stores.limits, now }, [...work.values()]));
}
