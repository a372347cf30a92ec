import { describe, expect, test } from 'vitest';
import { type PollScenario, scenarios, world } from '../../bench/poll-scenarios.ts';
import { type SimulatedJob, type SimulatedKind, type SimulatedStanding, simulateBatch } from '../../bench/poll-simulation.ts';
import { type Learned, learningPoller } from '../../bench/simulated-pollers.ts';
import { laneModel } from '../../src/schedule/lane-model.ts';
import { type PredictedEnd, predictEnd } from '../../src/schedule/predict-end.ts';
import { seededRandom } from '../../src/values/seeded-random.ts';

const PER_MINUTE = 100;
const PARTS = 10;

/** What the product would predict of a batch that stands so, with what the poller has learned until now. */
function predicted({ now, waiting, inFlight, submitted }: SimulatedStanding, learned: Learned): PredictedEnd {
  const kinds = new Set<SimulatedKind>([...waiting, ...inFlight.keys()].map(({ kind }) => kind));
  const windows: Record<string, { limits: NonNullable<SimulatedKind['submitWindow']>[]; agesMs: number[] }> = {};
  const lanes = [...kinds].map((kind) => {
    const { hints, bounds, submitWindow, name } = kind;
    if (submitWindow) windows[name] = { limits: [submitWindow], agesMs: (submitted.get(kind) ?? []).map((at) => now - at) };
    return {
      model: laneModel({
        hints,
        learned: (learned.get(kind) ?? []).slice(-200),
        polled: true,
        bounds,
        perMinute: PER_MINUTE / world.slots,
      }),
      queued: waiting.filter((job) => job.kind === kind).length,
      inFlightMs: [...inFlight].filter(([job]) => job.kind === kind).map(([, at]) => now - at),
      slots: ['concurrency'],
      windows: submitWindow ? [name] : [],
    };
  });
  return predictEnd([{ lanes, limits: { slots: { concurrency: world.slots }, windows } }]);
}

interface Course {
  readonly makespanMs: number;
  /** Before the first submission, and after each tenth part: when it was, and what was predicted to be left then. */
  readonly predictions: readonly { readonly now: number; readonly end: PredictedEnd }[];
}

function course(scenario: PollScenario, seed: number): Course {
  const random = seededRandom(seed);
  const learned: Learned = new Map();
  const poller = learningPoller(learned, PER_MINUTE, seededRandom(seed + 77));
  const before = scenario.before(random);
  if (before.length > 0) simulateBatch(before, poller, world);
  const jobs: readonly SimulatedJob[] = scenario.jobs(random);
  const none = new Map<never, never>();
  const predictions = [{ now: 0, end: predicted({ now: 0, waiting: jobs, inFlight: none, submitted: none }, learned) }];
  const parts = Math.floor(jobs.length / PARTS);
  let done = 0;
  const { makespanMs } = simulateBatch(jobs, poller, world, (standing) => {
    done += 1;
    if (done % parts === 0 && done < jobs.length) predictions.push({ now: standing.now, end: predicted(standing, learned) });
  });
  return { makespanMs, predictions };
}

const holds = (makespanMs: number, { now, end }: Course['predictions'][number]): boolean =>
  makespanMs - now >= end.lowMs && makespanMs - now <= end.highMs;

describe.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('the predicted end of %s', (_, scenario) => {
  const courses = [1, 2, 3].map((seed) => course(scenario, seed));

  test('before the first submission: near the true end, in a range no wider than it need be', () => {
    const wide = scenario.before(seededRandom(1)).length > 0 ? 1.35 : 2.6;
    for (const { makespanMs, predictions } of courses) {
      const { end } = predictions[0]!;
      expect(end.highMs / end.lowMs).toBeLessThan(wide);
      expect(makespanMs).toBeGreaterThan(end.lowMs * 0.95);
      expect(makespanMs).toBeLessThan(end.highMs * 1.05);
    }
  });

  test('nine times in ten the range holds the true end, and it tightens on the way', () => {
    const all = courses.flatMap(({ makespanMs, predictions }) => predictions.map((each) => holds(makespanMs, each)));
    expect(all.filter(Boolean).length / all.length).toBeGreaterThanOrEqual(0.9);
    for (const { predictions } of courses) {
      const width = (at: number): number => predictions[at]!.end.highMs - predictions[at]!.end.lowMs;
      expect(width(PARTS - 1)).toBeLessThan(width(0));
      expect(width(PARTS / 2)).toBeLessThan(width(0));
    }
  });
});
