import { describe, expect, test } from 'vitest';
import { bestPolling } from '../../bench/best-poller.ts';
import { learning, type PollScenario, play, playFixed, scenarios, world } from '../../bench/poll-scenarios.ts';
import { lowerBound, type SimulatedJob, type SimulatedKind, simulateBatch } from '../../bench/poll-simulation.ts';
import { fixedPoller } from '../../bench/simulated-pollers.ts';

const SEEDS = [1, 2, 3];

function scenario(name: string): PollScenario {
  const found = scenarios.find((each) => each.name.startsWith(name));
  if (!found) throw new Error(`no scenario begins with ${name}`);
  return found;
}

describe('learned polling, in simulated time', () => {
  test.each([
    ['images of 10 to 35 s, cold', 1.09],
    ['images of 10 to 35 s, 100', 1.06],
    // With at least 2 s between two polls nobody does better than 1.052 here, however many polls: see bench/results.
    ['lognormal, median 20 s', 1.065],
    ['lognormal, median 60 s', 1.05],
    ['images, video, Sora and Kling', 1.03],
    ['pictures first', 1.03],
    ['Video Studio', 1.03],
  ])('%s: the makespan is at most %f of the lower bound, no 429', (name, reach) => {
    const played = play(scenario(name), learning, SEEDS);
    expect(played.ratio).toBeGreaterThan(1);
    expect(played.ratio).toBeLessThanOrEqual(reach);
    expect(played.throttled).toBe(0);
    expect(played.busiestWindow).toBeLessThanOrEqual(100);
  });

  test.each(['images of 10 to 35 s, 100', 'lognormal, median 60 s', 'images, video, Sora and Kling'])(
    '%s: near what is found by a search that knows the true lengths',
    (name) => {
      const best = bestPolling(scenario(name), SEEDS, 0);
      expect(play(scenario(name), learning, SEEDS).ratio / best.ratio).toBeLessThanOrEqual(1.02);
    },
  );

  test.each([2, 3, 5, 10, 30])('beats polling every %i s by the same engine', (seconds) => {
    for (const name of ['images of 10 to 35 s, cold', 'images, video, Sora and Kling']) {
      const ours = play(scenario(name), learning, SEEDS);
      expect(ours.ratio).toBeLessThan(playFixed(scenario(name), seconds * 1_000, true, SEEDS).ratio);
    }
  });

  test('clients without a gate run into hundreds of 429s', () => {
    expect(playFixed(scenario('images of 10 to 35 s, cold'), 3_000, false, SEEDS).throttled).toBeGreaterThan(300);
  });

  test('a batch plays the same way each time', () => {
    expect(play(scenario('images, video'), learning, [5])).toEqual(play(scenario('images, video'), learning, [5]));
  });
});

describe('the simulation itself', () => {
  const bounds = { minMs: 2_000, maxMs: 60_000 };
  const kind: SimulatedKind = { name: 'k', hints: null, bounds, submitWindow: null };
  const jobs = (lengths: readonly number[], of: SimulatedKind = kind): SimulatedJob[] =>
    lengths.map((lengthMs) => ({ kind: of, lengthMs }));

  test('the lower bound is list scheduling: a free slot takes the next job', () => {
    expect(lowerBound(jobs([10_000, 4_000, 3_000, 5_000]), 2)).toBe(12_000);
    expect(lowerBound(jobs([7_000]), 5)).toBe(7_000);
  });

  test('the lower bound keeps to a window of submissions, and lets others pass meanwhile', () => {
    const rare: SimulatedKind = { ...kind, submitWindow: { max: 2, windowMs: 60_000 } };
    expect(lowerBound(jobs([1_000, 1_000, 1_000], rare), 1)).toBe(61_000);
    expect(lowerBound([...jobs([1_000, 1_000, 1_000], rare), ...jobs([50_000])], 1)).toBe(61_000);
  });

  test('a fixed interval finds a job at its first multiple after the end', () => {
    const free = { slots: 1, requests: null, gated: false, roundTripMs: 0 };
    expect(simulateBatch(jobs([12_000, 9_000]), fixedPoller(5_000), free)).toMatchObject({ makespanMs: 25_000, polls: 5, throttled: 0 });
  });

  test('the gate never lets more through than the server takes, a client without it does', () => {
    const tight = { ...world, requests: { max: 10, windowMs: 60_000 } };
    const batch = jobs(Array.from({ length: 20 }, () => 20_000));
    expect(simulateBatch(batch, fixedPoller(2_000), tight)).toMatchObject({ throttled: 0, busiestWindow: 10 });
    expect(simulateBatch(batch, fixedPoller(2_000), { ...tight, gated: false }).throttled).toBeGreaterThan(0);
  });
});
