import { type Forecast, forecast } from '../../plan/forecast.ts';
import { predictEnd } from '../../schedule/predict-end.ts';
import type { EngineParts } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';
import { type LaneWork, workLeft } from './work-left.ts';

/** How long work takes under the limits, and which of them decides it. */
export function forecastOf(parts: EngineParts, stores: OpenStores, work: readonly LaneWork[]): Forecast {
  const { registry, settings, clock } = parts;
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
