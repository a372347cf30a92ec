import type { Batch } from '../../queue/batch-store.ts';
import { ReviewReads } from '../../queue/review-reads.ts';
import type { ProviderDesk } from '../../work/provider-desk.ts';
import type { JobOnItsWay, ProviderLoad } from '../output/load-lines.ts';
import type { EngineParts } from './engine-parts.ts';
import { limitsInUse } from './limits-in-use.ts';
import type { OpenStores } from './queue-stores.ts';

/** Jobs named in the display. */
const OLDEST = 3;

const WAITS = { submitting: 'answer', processing: 'generation', ready: 'download' } as const;

/** How much of what a provider allows its runner uses now. */
export function loadOfDesk(desk: ProviderDesk): ProviderLoad {
  const next = desk.gate.nextFreeIn();
  return {
    name: desk.name,
    slots: desk.slots.occupancy(),
    requests: desk.gate.load,
    nextFreeMs: Number.isFinite(next) ? next : null,
    throttledMs: desk.gate.blockedForMs,
  };
}

/** The same of a batch whose runner says nothing, from the queue: its log of requests, and the jobs that it has in flight. */
export function loadsFromQueue(parts: EngineParts, stores: OpenStores, batch: Batch): readonly ProviderLoad[] {
  return [...limitsInUse(parts, stores, batch)].map(([provider, { slots, windows }]) => {
    const longest = windows.filter(({ name }) => name === 'requests').toSorted((a, b) => b.seconds - a.seconds)[0];
    return {
      name: provider,
      slots: slots.map(({ name, held, max, range }) => ({ name, held, max, ...(range && { range }) })),
      requests: longest ? { used: longest.used, max: longest.max, windowMs: longest.seconds * 1_000 } : null,
      nextFreeMs: null,
      throttledMs: 0,
    };
  });
}

/** The jobs that are on their way for longest. */
export function oldestOnTheirWay(stores: OpenStores, batch: Batch, now: number): readonly JobOnItsWay[] {
  return new ReviewReads(stores.db).inFlight(batch.id, OLDEST).map(({ job, state, intentAt }) => ({
    id: job,
    elapsedMs: Math.max(0, now - intentAt),
    waitsFor: WAITS[state as keyof typeof WAITS] ?? 'generation',
  }));
}
