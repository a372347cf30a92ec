import type { Batch } from '../../queue/batch-store.ts';
import { ReviewReads } from '../../queue/review-reads.ts';
import type { ProviderDesk } from '../../work/provider-desk.ts';
import type { JobOnItsWay, ProviderLoad } from '../output/load-lines.ts';
import type { EngineParts } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';
import { soughtSlots } from './sought-slots.ts';

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

/** The same of a batch that another process runs, from the queue: its log of requests, and the jobs that it has in flight. */
export function loadsFromQueue(parts: EngineParts, stores: OpenStores, batch: Batch): readonly ProviderLoad[] {
  const now = parts.clock.now();
  const counts = stores.batches.counts(batch.id);
  const sought = soughtSlots(parts, stores, batch);
  return [...new Set(counts.map(({ provider }) => provider))].map((name) => {
    const limits = parts.settings.providers[name]?.limits ?? {};
    const flying = counts.filter(({ provider, state }) => provider === name && (state === 'submitting' || state === 'processing'));
    const held = flying.reduce((sum, { jobs }) => sum + jobs, 0);
    const found = sought.find((slots) => slots.provider === name && slots.name === 'concurrency');
    const range = found ? { range: { min: found.min, max: found.max } } : {};
    const shared =
      limits.concurrency?.kind === 'slots' ? [{ name: 'concurrency', held, max: found?.size ?? limits.concurrency.max, ...range }] : [];
    const windows = limits.requests?.kind === 'window' ? limits.requests.windows : [];
    const longest = windows.reduce<(typeof windows)[number] | null>(
      (most, each) => (most && most.windowMs >= each.windowMs ? most : each),
      null,
    );
    const used = longest === null ? 0 : stores.limits.requests(name, 'requests', now - longest.windowMs).length;
    return { name, slots: shared, requests: longest && { used, ...longest }, nextFreeMs: null, throttledMs: 0 };
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
