import { seededRandom } from '../src/values/seeded-random.ts';
import {
  areaBound,
  lowerBound,
  type SimulatedJob,
  type SimulatedKind,
  type SimulatedPoller,
  type SimulatedWorld,
  simulateBatch,
} from './poll-simulation.ts';
import { lognormal, uniform } from './random.ts';
import { fixedPoller, learningPoller } from './simulated-pollers.ts';

/** A batch to be played, and what is to be reached with it. */
export interface PollScenario {
  readonly name: string;
  /** Jobs of earlier runs, from which the poller has learned. */
  readonly before: (random: () => number) => readonly SimulatedJob[];
  readonly jobs: (random: () => number) => readonly SimulatedJob[];
  /** One length of each kind, to draw from for pollers that know the truth. */
  readonly draw: ReadonlyMap<SimulatedKind, (random: () => number) => number>;
  /** Most makespan over lower bound; most polls a job, where that is asked for. */
  readonly reach: { readonly ratio: number; readonly polls?: number };
}

/** What came of a scenario, over all seeds. */
export interface Played {
  /** Makespan over the lower bound: the true lengths, list-scheduled in the engine's order. */
  readonly ratio: number;
  /** Makespan over what the slots alone allow in whatever order; says nothing where a window of submissions decides. */
  readonly besideArea: number;
  readonly pollsPerJob: number;
  readonly throttled: number;
  readonly busiestWindow: number;
}

/** The documented limits of UlazAI: five at a time, 100 requests a minute; a round trip of 50 ms. */
export const world: SimulatedWorld = { slots: 5, requests: { max: 100, windowMs: 60_000 }, gated: true, roundTripMs: 50 };
const bounds = { minMs: 2_000, maxMs: 60_000 };

const image: SimulatedKind = {
  name: 'image',
  hints: { typicalMs: [15_000, 30_000], intervalMs: 5_000 },
  bounds,
  submitWindow: null,
  expectMs: 22_500,
};
const video: SimulatedKind = {
  name: 'video',
  hints: { typicalMs: [30_000, 90_000], intervalMs: 10_000 },
  bounds,
  submitWindow: null,
  expectMs: 120_000,
};
const sora: SimulatedKind = {
  ...video,
  name: 'sora',
  hints: { typicalMs: [120_000, 180_000], intervalMs: 30_000 },
  expectMs: 150_000,
};
const kling: SimulatedKind = { ...video, name: 'kling', hints: { typicalMs: [60_000, 180_000], intervalMs: 10_000 }, expectMs: 120_000 };
const studio: SimulatedKind = {
  name: 'studio',
  hints: { typicalMs: [45_000, 120_000], intervalMs: 10_000 },
  bounds,
  submitWindow: { max: 24, windowMs: 3_600_000 },
  expectMs: 120_000,
};

const FAMILIES: readonly SimulatedKind[] = [image, video, sora, kling];

type Draw = (random: () => number) => number;
const images: Draw = (random) => uniform(random, 10_000, 35_000);
const videos: Draw = (random) => uniform(random, 60_000, 180_000);
const klings: Draw = (random) => uniform(random, 60_000, 180_000);
const soras: Draw = (random) => uniform(random, 120_000, 180_000);
const usual =
  (median: number): Draw =>
  (random) =>
    lognormal(random, median, 0.25);

const none = (): readonly SimulatedJob[] => [];
const many =
  (count: number, kind: SimulatedKind, draw: Draw) =>
  (random: () => number): readonly SimulatedJob[] =>
    Array.from({ length: count }, () => ({ kind, lengthMs: draw(random) }));
const mixed =
  (scale: number) =>
  (random: () => number): readonly SimulatedJob[] =>
    shuffled(
      [
        ...many(60 * scale, image, images)(random),
        ...many(20 * scale, video, videos)(random),
        ...many(10 * scale, sora, soras)(random),
        ...many(10 * scale, kling, klings)(random),
      ],
      random,
    );
/** As people write them: the pictures first, then the films. */
const inBlocks =
  (scale: number) =>
  (random: () => number): readonly SimulatedJob[] =>
    mixed(scale)(random).toSorted((a, b) => FAMILIES.indexOf(a.kind) - FAMILIES.indexOf(b.kind));
const withStudio =
  (scale: number) =>
  (random: () => number): readonly SimulatedJob[] => [
    ...many(240 * scale, image, images)(random),
    ...many(36 * scale, studio, videos)(random),
  ];

const drawn: PollScenario['draw'] = new Map([
  [image, images],
  [video, videos],
  [sora, soras],
  [kling, klings],
]);

/** The rows of the table "Reach", and the lognormal case at a second length. */
export const scenarios: readonly PollScenario[] = [
  {
    name: 'images of 10 to 35 s, cold start',
    before: none,
    jobs: many(200, image, images),
    draw: new Map([[image, images]]),
    reach: { ratio: 1.09 },
  },
  {
    name: 'images of 10 to 35 s, 100 learned',
    before: many(100, image, images),
    jobs: many(400, image, images),
    draw: new Map([[image, images]]),
    reach: { ratio: 1.06 },
  },
  {
    name: 'lognormal, median 20 s, 20 learned',
    before: many(20, image, usual(20_000)),
    jobs: many(400, image, usual(20_000)),
    draw: new Map([[image, usual(20_000)]]),
    reach: { ratio: 1.05, polls: 4 },
  },
  {
    name: 'lognormal, median 60 s, 20 learned',
    before: many(20, video, usual(60_000)),
    jobs: many(400, video, usual(60_000)),
    draw: new Map([[video, usual(60_000)]]),
    reach: { ratio: 1.05, polls: 4 },
  },
  {
    name: 'images, video, Sora and Kling mixed, learned',
    before: mixed(1),
    jobs: mixed(2),
    draw: drawn,
    reach: { ratio: 1.03 },
  },
  {
    name: 'pictures first, then films (video, Sora, Kling), learned',
    before: mixed(1),
    jobs: inBlocks(2),
    draw: drawn,
    reach: { ratio: 1.03 },
  },
  {
    name: 'Video Studio under 24 an hour, beside images',
    before: withStudio(0.25),
    jobs: withStudio(1),
    draw: new Map([
      [image, images],
      [studio, videos],
    ]),
    reach: { ratio: 1.03 },
  },
];

/** A new poller for each seed. */
export type MakePoller = (random: () => number) => SimulatedPoller;

/** The product's policy under the limit of the world. */
export const learning: MakePoller = (random) =>
  learningPoller(new Map(), world.requests && (world.requests.max * 60_000) / world.requests.windowMs, random);

/** Plays a scenario once per seed: first what was before, then the jobs that count. */
export function play(scenario: PollScenario, make: MakePoller, seeds: readonly number[], within: SimulatedWorld = world): Played {
  const sums = { ratio: 0, area: 0, polls: 0, jobs: 0, throttled: 0, busiestWindow: 0 };
  for (const seed of seeds) {
    const random = seededRandom(seed);
    const before = scenario.before(random);
    const jobs = scenario.jobs(random);
    const poller = make(seededRandom(seed + 1_000_003));
    if (before.length > 0) simulateBatch(before, poller, within);
    const batch = simulateBatch(jobs, poller, within);
    sums.ratio += batch.makespanMs / lowerBound(jobs, within.slots);
    sums.area += batch.makespanMs / areaBound(jobs, within.slots);
    sums.polls += batch.polls;
    sums.jobs += jobs.length;
    sums.throttled += batch.throttled;
    sums.busiestWindow = Math.max(sums.busiestWindow, batch.busiestWindow);
  }
  const { throttled, busiestWindow } = sums;
  return {
    ratio: sums.ratio / seeds.length,
    besideArea: sums.area / seeds.length,
    pollsPerJob: sums.polls / sums.jobs,
    throttled,
    busiestWindow,
  };
}

/** At a fixed interval. `gated`: by the same engine, whose requests wait for the limit; otherwise as the documents' sample clients. */
export function playFixed(scenario: PollScenario, intervalMs: number, gated: boolean, seeds: readonly number[]): Played {
  return play(scenario, () => fixedPoller(intervalMs), seeds, { ...world, gated });
}

function shuffled<T>(list: T[], random: () => number): T[] {
  for (let index = list.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [list[index], list[other]] = [list[other]!, list[index]!];
  }
  return list;
}
