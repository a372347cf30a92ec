import type { LimitDefinition } from '../../job-type/provider.ts';
import type { Registry } from '../../job-type/registry.ts';
import type { ProviderSettings } from '../../job-type/settings.ts';
import { expectedLimits } from '../../plan/expected-limits.ts';
import type { LaneCount } from '../../queue/job-store.ts';
import type { LimitMemory } from '../../queue/limit-memory.ts';
import type { LaneLeft } from '../../schedule/imagined-course.ts';
import { laneModel } from '../../schedule/lane-model.ts';
import type { ProviderLeft } from '../../schedule/predict-end.ts';
import { PLANNED_SHARE } from '../../work/poll-share.ts';

/** What a prediction is made from. */
export interface PredictionParts {
  readonly registry: Registry;
  readonly settings: { readonly providers: Readonly<Record<string, ProviderSettings>> };
  readonly limits: Pick<LimitMemory, 'latenciesLike' | 'requests' | 'slotLimit'>;
  /** Wall clock, milliseconds. */
  readonly now: number;
}

/** Jobs of one lane that are not at their end. */
export interface LaneWork extends Omit<LaneCount, 'jobs'> {
  readonly queued: number;
  /** For each that is in flight: how long ago it was submitted, milliseconds. */
  readonly inFlightMs: readonly number[];
}

/** One lane of a provider's work, with the family that it is of. */
export interface FamilyLeft extends LaneLeft {
  readonly family: string;
}

/** What is left at one provider, with names. */
export interface NamedLeft extends ProviderLeft {
  readonly provider: string;
  readonly lanes: readonly FamilyLeft[];
  /** Its limits as they are likely to stand: a slot limit that may vary within a range, where it stood last. */
  readonly expected: Readonly<Record<string, LimitDefinition>>;
}

/** More lanes than this are told apart by their family only: a prediction should take milliseconds. */
const MOST_LANES = 12;

/** What is left at each provider, its lengths as they were learned or are documented, its limits as they are configured and used up. */
export function workLeft(parts: PredictionParts, work: readonly LaneWork[]): readonly NamedLeft[] {
  const told = work.length > MOST_LANES ? byFamily(work) : work;
  const names = [...new Set(told.map(({ provider }) => provider))];
  return names.flatMap((name) => {
    const settings = parts.settings.providers[name];
    if (!settings) return [];
    const expected = expectedLimits(settings.limits, (limit) => parts.limits.slotLimit(name, limit)?.stands ?? null);
    const slots: Record<string, number> = {};
    const windows: Record<string, ProviderLeft['limits']['windows'][string]> = {};
    for (const [limit, of] of Object.entries(expected)) {
      if (of.kind === 'slots') slots[limit] = of.max;
      else {
        const longest = Math.max(...of.windows.map(({ windowMs }) => windowMs));
        const sent = parts.limits.requests(name, limit, parts.now - longest);
        windows[limit] = { limits: of.windows, agesMs: sent.map((at) => parts.now - at) };
      }
    }
    const lanes = told.filter(({ provider }) => provider === name).flatMap((lane) => laneLeft(parts, settings, slots, lane));
    return [{ provider: name, lanes, expected, limits: { slots, windows } }];
  });
}

function laneLeft(
  parts: PredictionParts,
  settings: ProviderSettings,
  slots: Readonly<Record<string, number>>,
  { lane, family, queued, inFlightMs }: LaneWork,
): readonly FamilyLeft[] {
  const jobType = parts.registry.jobTypes.find((type) => type.family === family);
  if (!jobType) return [];
  const requests = settings.limits.requests;
  const perMinute =
    requests?.kind === 'window' ? Math.min(...requests.windows.map(({ max, windowMs }) => (max * 60_000) / windowMs)) : null;
  const together = Math.min(...jobType.slots.map((name) => slots[name] ?? Number.POSITIVE_INFINITY));
  const model = laneModel({
    hints: jobType.pollHints,
    learned: parts.limits.latenciesLike(family, lane),
    polled: jobType.mode === 'async',
    bounds: settings.poll,
    perMinute: perMinute === null || !Number.isFinite(together) ? null : (perMinute * PLANNED_SHARE) / together,
  });
  return [{ family, model, queued, inFlightMs, slots: jobType.slots, windows: jobType.submitWindows }];
}

function byFamily(work: readonly LaneWork[]): readonly LaneWork[] {
  const families = new Map<string, LaneWork>();
  for (const each of work) {
    const { family, provider } = each;
    const { queued, inFlightMs } = families.get(family) ?? { queued: 0, inFlightMs: [] };
    families.set(family, {
      lane: '',
      family,
      provider,
      queued: queued + each.queued,
      inFlightMs: [...inFlightMs, ...each.inFlightMs],
    });
  }
  return [...families.values()];
}
