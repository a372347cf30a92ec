import { planPolls } from '../src/schedule/poll-plan.ts';
import { seededRandom } from '../src/values/seeded-random.ts';
import { type Played, type PollScenario, play, world } from './poll-scenarios.ts';
import type { SimulatedKind, SimulatedPoller } from './poll-simulation.ts';

/** When to look at the jobs of each kind, milliseconds from the submission, ascending; after the last at its distance from the one before. */
type Looks = ReadonlyMap<SimulatedKind, readonly number[]>;

const DRAWN = 4_000;
const POLLS = [2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 8, 10, 12, 15, 20];
const GAPS = [2_000, 2_500, 3_000, 3_500, 4_000, 5_000, 6_000, 8_000, 10_000];
const FIRST_AT = [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3];

/**
 * The best looks that a search finds which knows the true distribution of each kind and plays whole batches: over plans of the product's own
 * kind for every number of polls, over even gaps from every early share on, and from there by changing single looks at random. It searches
 * on other seeds than it is measured on.
 */
export function bestPolling(scenario: PollScenario, seeds: readonly number[], tries: number): Played {
  const training = seeds.slice(0, 4).map((seed) => seed + 50_000);
  const ratioOf = (looks: Looks): number => play(scenario, () => following(looks), training).ratio;
  let best: Looks = new Map([...scenario.draw].map(([kind, draw]) => [kind, candidates(kind, draw)[POLLS.length >> 1]!]));
  let bestRatio = ratioOf(best);
  const consider = (looks: Looks): void => {
    const ratio = ratioOf(looks);
    if (ratio >= bestRatio) return;
    best = looks;
    bestRatio = ratio;
  };
  for (const [kind, draw] of scenario.draw) for (const looks of candidates(kind, draw)) consider(new Map(best).set(kind, looks));
  const random = seededRandom(7);
  const kinds = [...scenario.draw.keys()];
  for (let round = 0; round < tries; round++) {
    const kind = kinds[Math.floor(random() * kinds.length)]!;
    consider(new Map(best).set(kind, changed(best.get(kind)!, kind.bounds.minMs, random)));
  }
  return play(scenario, () => following(best), seeds);
}

function candidates(kind: SimulatedKind, draw: (random: () => number) => number): (readonly number[])[] {
  const random = seededRandom(99);
  const lengths = Float64Array.from({ length: DRAWN }, () => draw(random)).sort();
  const minGapMs = Math.max(kind.bounds.minMs, world.roundTripMs);
  const planned = POLLS.map((pollsPerJob) => planPolls(lengths, { pollsPerJob, minGapMs }).looks);
  const even = GAPS.flatMap((gap) =>
    FIRST_AT.map((share) => {
      const first = lengths[Math.floor(share * (DRAWN - 1))]!;
      return Array.from({ length: Math.ceil((lengths[DRAWN - 1]! - first) / gap) + 1 }, (_, index) => first + index * gap);
    }),
  );
  return [...planned, ...even];
}

/** Moves all looks, moves one, drops one or adds one. */
function changed(looks: readonly number[], minGapMs: number, random: () => number): readonly number[] {
  const index = Math.floor(random() * looks.length);
  const choice = random();
  const span = looks.at(-1)! - looks[0]!;
  let next: number[];
  if (choice < 0.3) next = looks.map((look) => look + (random() - 0.5) * 0.02 * span);
  else if (choice < 0.6) next = looks.map((look, at) => (at >= index ? look + (choice - 0.45) * 0.3 * minGapMs : look));
  else if (choice < 0.8 && looks.length > 2) next = looks.toSpliced(index, 1);
  else next = [...looks, looks[0]! + random() * span];
  return next.sort((a, b) => a - b);
}

function following(looks: Looks): SimulatedPoller {
  return ({ kind }) => {
    const mine = looks.get(kind)!;
    const last = mine.at(-1)!;
    const gap = Math.max(kind.bounds.minMs, last - (mine.at(-2) ?? 0));
    return {
      next: (elapsedMs) => Math.max(kind.bounds.minMs, (mine.find((look) => look > elapsedMs) ?? elapsedMs + gap) - elapsedMs),
      ended: () => {},
    };
  };
}
