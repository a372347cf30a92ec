import { type Forecast, forecast } from '../../plan/forecast.ts';
import type { StagedCost } from '../../queue/staged-reads.ts';
import { predictEnd } from '../../schedule/predict-end.ts';
import type { EngineParts } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';
import { workLeft } from './work-left.ts';

/** How long what is to pay takes under the limits, and which of them decides it. */
export function forecastOf(parts: EngineParts, stores: OpenStores, costs: readonly StagedCost[]): Forecast {
  const { registry, settings, clock } = parts;
  const work = costs
    .filter(({ toPayJobs }) => toPayJobs > 0)
    .map(({ model, family, provider, toPayJobs }) => ({ lane: model, family, provider, queued: toPayJobs, inFlightMs: [] }));
  const left = workLeft({ registry, settings, limits: stores.limits, now: clock.now() }, work);
  const lanes = left.flatMap(({ provider, lanes }) =>
    lanes.map(({ family, model, queued, slots, windows }) => ({
      provider,
      family,
      jobs: queued,
      slots,
      submitWindows: windows,
      durationMs: model.meanMs,
      polls: model.requests - 1,
    })),
  );
  return forecast(lanes, Object.fromEntries(left.map(({ provider, expected }) => [provider, expected])), predictEnd(left));
}
