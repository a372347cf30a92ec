import { describe, expect, test } from 'vitest';
import type { LaneLeft, LimitsLeft } from '../../src/schedule/imagined-course.ts';
import { type LaneKnowledge, laneModel } from '../../src/schedule/lane-model.ts';
import { type PredictedEnd, predictEnd } from '../../src/schedule/predict-end.ts';
import { seededRandom } from '../../src/values/seeded-random.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const bounds = { minMs: 2_000, maxMs: MINUTE };
const limits: LimitsLeft = { slots: { concurrency: 5 }, windows: {} };
const studioLimits: LimitsLeft = { ...limits, windows: { studio: { limits: [{ max: 24, windowMs: HOUR }], agesMs: [] } } };

/** A lane whose lengths are all but known: learned from many, found at once. */
function lane(lengthMs: number, queued: number, more: Partial<LaneLeft> & { known?: Partial<LaneKnowledge> } = {}): LaneLeft {
  const { known, ...left } = more;
  const learned = Array.from({ length: 100 }, () => ({ fromMs: lengthMs, toMs: lengthMs }));
  const model = laneModel({ hints: null, learned, polled: false, bounds, perMinute: null, ...known });
  return { model, queued, inFlightMs: [], slots: ['concurrency'], windows: [], ...left };
}

function end(lanes: readonly LaneLeft[], under: LimitsLeft = limits): PredictedEnd {
  return predictEnd([{ lanes, limits: under }]);
}

function near(predicted: PredictedEnd, ms: number, share = 0.03): void {
  expect(predicted.ms).toBeGreaterThan(ms * (1 - share));
  expect(predicted.ms).toBeLessThan(ms * (1 + share));
  expect(predicted.lowMs).toBeLessThan(ms);
  expect(predicted.highMs).toBeGreaterThan(ms);
}

describe('the predicted end', () => {
  test('is now when nothing is left', () => {
    expect(predictEnd([])).toEqual({ ms: 0, lowMs: 0, highMs: 0 });
    expect(end([lane(10_000, 0)])).toEqual({ ms: 0, lowMs: 0, highMs: 0 });
  });

  test('is rounds of as many as there are slots', () => {
    near(end([lane(20_000, 5)]), 20_000, 0.06);
    near(end([lane(20_000, 6)]), 40_000, 0.06);
    near(end([lane(20_000, 500)]), 100 * 20_000);
  });

  test('of what is in flight, only the rest is still to come; it holds its slots meanwhile', () => {
    near(end([lane(20_000, 0, { inFlightMs: [15_000, 5_000] })]), 15_000, 0.1);
    near(end([lane(20_000, 5, { inFlightMs: [10_000, 10_000, 10_000, 10_000, 10_000] })]), 30_000, 0.08);
  });

  test('keeps to a window of submissions, from the first minute, and to what it holds already', () => {
    near(end([lane(20_000, 100, { windows: ['studio'] })], studioLimits), 4 * HOUR + 80_000);
    const used = {
      ...studioLimits,
      windows: { studio: { limits: [{ max: 24, windowMs: HOUR }], agesMs: Array.from({ length: 24 }, () => HOUR / 2) } },
    };
    near(end([lane(20_000, 1, { windows: ['studio'] })], used), HOUR / 2);
  });

  test('what has no window of its own goes on meanwhile', () => {
    near(end([lane(20_000, 48, { windows: ['studio'] }), lane(20_000, 700)], studioLimits), HOUR + 100_000);
    near(end([lane(20_000, 24, { windows: ['studio'] }), lane(20_000, 2_000)], studioLimits), 2024 * 4_000);
  });

  test('slots of their own: two films at once decide, however many pictures fit beside', () => {
    const narrow: LimitsLeft = { ...limits, slots: { films: 2, concurrency: 5 } };
    near(end([lane(150_000, 40, { slots: ['films', 'concurrency'] }), lane(20_000, 200)], narrow), 20 * 150_000);
  });

  test('a request limit decides where it is the tightest', () => {
    const tight: LimitsLeft = { ...limits, windows: { requests: { limits: [{ max: 10, windowMs: HOUR }], agesMs: [] } } };
    near(end([lane(20_000, 100)], tight), 9 * HOUR, 0.05);
  });

  test('the longest do not come last: the short ones fill the gaps', () => {
    near(end([lane(20_000, 200), lane(150_000, 20)]), (200 * 20_000 + 20 * 150_000) / 5, 0.04);
  });

  test('providers work side by side', () => {
    near(
      predictEnd([
        { lanes: [lane(20_000, 50)], limits },
        { lanes: [lane(20_000, 100)], limits },
      ]),
      400_000,
    );
  });

  test.each([
    ['images', 1_000_000, limits, (1_000_000 * 20_000) / 5],
    ['Video Studio', 1_000_000, studioLimits, (1_000_000 / 24) * HOUR],
  ])('a million jobs (%s) are taken together, and come to the same', (_, jobs, under, ms) => {
    near(end([lane(20_000, jobs, { windows: under === studioLimits ? ['studio'] : [] })], under), ms);
  });

  test('the same question gets the same answer', () => {
    expect(end([lane(20_000, 77)])).toEqual(end([lane(20_000, 77)]));
  });
});

describe('the range', () => {
  const hints = { typicalMs: [15_000, 30_000], intervalMs: 5_000 } as const;
  const share = ({ ms, lowMs, highMs }: PredictedEnd): number => (highMs - lowMs) / ms;
  const learned = (count: number): LaneKnowledge['learned'] => {
    const random = seededRandom(3);
    return Array.from({ length: count }, () => 10_000 + 25_000 * random()).map((ms) => ({ fromMs: ms, toMs: ms }));
  };

  test('is wide while only the documents are known, and tightens with what is learned', () => {
    const knowing = (count: number): number => share(end([lane(0, 200, { known: { hints, learned: learned(count), polled: true } })]));
    expect(knowing(0)).toBeGreaterThan(0.5);
    expect(knowing(20)).toBeLessThan(knowing(0) * 0.7);
    expect(knowing(200)).toBeLessThan(knowing(20) * 0.7);
    expect(knowing(200)).toBeLessThan(0.2);
  });

  test('tightens, in seconds, with what is done', () => {
    const left = (queued: number): number => {
      const { lowMs, highMs } = end([lane(0, queued, { known: { hints, learned: learned(50), polled: true } })]);
      return highMs - lowMs;
    };
    expect(left(100)).toBeLessThan(left(400));
    expect(left(10)).toBeLessThan(left(100));
  });

  test('holds lengths that were never seen, though nothing at all is known', () => {
    const { lowMs, highMs } = end([lane(0, 50, { known: { learned: [], hints: null } })]);
    expect(highMs / lowMs).toBeGreaterThan(2);
  });
});
