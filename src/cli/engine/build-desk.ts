import { EventEmitter } from 'node:events';
import { ApiClient } from '../../http/api-client.ts';
import type { LearnedLimit } from '../../job-type/learned-limit.ts';
import type { Provider, RateWindow } from '../../job-type/provider.ts';
import type { ProviderSettings } from '../../job-type/settings.ts';
import type { CommitQueue } from '../../queue/commit-queue.ts';
import type { LimitMemory } from '../../queue/limit-memory.ts';
import type { LimitRange } from '../../schedule/adaptive-limit.ts';
import { AdaptiveSlots } from '../../schedule/adaptive-slots.ts';
import { throttleDelay } from '../../schedule/backoff.ts';
import { Breaker } from '../../schedule/breaker.ts';
import { RequestGate } from '../../schedule/request-gate.ts';
import { retryAfterMs } from '../../schedule/retry-after.ts';

import type { Clock } from '../../values/clock.ts';
import { ProviderDesk } from '../../work/provider-desk.ts';
import { RequestTally } from '../../work/request-tally.ts';
import type { WorkEvents } from '../../work/work-events.ts';

/** What a desk is built from. */
export interface DeskParts {
  readonly provider: Provider;
  readonly settings: ProviderSettings;
  readonly baseUrl: string;
  /** Null: requests go without one. */
  readonly key: string | null;
  readonly clock: Clock;
  /** Null where nothing may be stored: a plan. */
  readonly limits: LimitMemory | null;
  /** Shares the commits of a run; without it each request is recorded in one of its own. */
  readonly commits?: CommitQueue;
  readonly tally?: RequestTally;
  readonly events?: WorkEvents;
}

/** A desk with its connections, to be closed. */
export interface OpenDesk {
  readonly desk: ProviderDesk;
  close(): Promise<void>;
}

/** Wires one provider: client, limits that remember earlier runs, slots, breaker. */
export function buildDesk(parts: DeskParts): OpenDesk {
  const { provider, settings, clock, limits } = parts;
  const windows: Record<string, readonly RateWindow[]> = {};
  const sizes: Record<string, LimitRange> = {};
  for (const [name, limit] of Object.entries(settings.limits)) {
    if (limit.kind === 'window') windows[name] = limit.windows;
    else sizes[name] = { min: limit.min ?? limit.max, max: limit.max };
  }
  const mono = (): number => clock.mono();
  const longest = (name: string): number => Math.max(...(windows[name] ?? []).map((window) => window.windowMs)) * 1.01 + 60_000;
  const slotTotal = Object.values(sizes).reduce((sum, { max }) => sum + max, 0);
  const gate = new RequestGate({
    clock,
    windows,
    connections: slotTotal + 16,
    ...(limits && {
      onRecord: (window: string, at: number) => {
        const record = (): void => limits.recordRequest(provider.name, window, at, at - longest(window));
        return parts.commits ? parts.commits.join(record) : record();
      },
    }),
  });
  if (limits) {
    const now = clock.now();
    for (const name of Object.keys(windows)) {
      gate.restore(
        name,
        limits.requests(provider.name, name, now - longest(name)).map((at) => now - at),
      );
    }
  }
  const client = new ApiClient({ baseUrl: parts.baseUrl, authScheme: settings.authScheme, key: parts.key });
  const events = parts.events ?? new EventEmitter();
  const slots = new AdaptiveSlots({
    limits: sizes,
    mono,
    ...(limits && {
      remembered: (name: string) => limits.slotLimit(provider.name, name),
      keep: (name: string, learned: LearnedLimit) => limits.keepSlotLimit(provider.name, name, learned, clock.now()),
    }),
    onChange: ({ name, ...change }) => events.emit('limit', { provider: provider.name, limit: name, ...change }),
  });
  const desk = new ProviderDesk({
    provider,
    settings,
    wire: client,
    gate,
    slots,
    breaker: new Breaker(clock),
    throttleWait: (answer, inARow) =>
      throttleDelay({ attempt: inARow + 1, retryAfterMs: retryAfterMs(answer.headers), random: Math.random() }),
    tally: parts.tally ?? new RequestTally(),
    events,
    clock,
  });
  const close = async (): Promise<void> => {
    slots.close();
    await client.close();
  };
  return { desk, close };
}
