import { bestPolling } from '../best-poller.ts';
import type { BenchOptions, Row, Section } from '../measure.ts';
import { frontier } from '../poll-frontier.ts';
import { learning, play, playFixed, scenarios, world } from '../poll-scenarios.ts';

/** The least that learned polling should come to beside the best that a search finds. */
const BESIDE_BEST = 1.02;

/** Makespans in simulated time: the product's polling, the best that a search finds, and fixed intervals, beside the lower bound. */
export async function measurePolling({ quick, say }: BenchOptions): Promise<Section> {
  const seeds = Array.from({ length: quick ? 3 : 12 }, (_, index) => index + 1);
  const rows: Row[] = [];
  for (const scenario of scenarios) {
    say(scenario.name);
    const windowed = [...scenario.draw.keys()].some(({ submitWindow }) => submitWindow !== null);
    const ours = play(scenario, learning, seeds);
    const best = bestPolling(scenario, seeds, quick ? 0 : 150);
    const fixed = [2, 3, 5, 10, 30].map((seconds) => {
      const engine = playFixed(scenario, seconds * 1_000, true, seeds);
      const sample = playFixed(scenario, seconds * 1_000, false, seeds);
      return `${seconds} s ${engine.ratio.toFixed(3)} (ungated ${sample.ratio.toFixed(3)}, ${Math.round(sample.throttled / seeds.length)} 429s)`;
    });
    rows.push({
      measure: `makespan / lower bound: ${scenario.name}`,
      value: ours.ratio,
      unit: 'ratio',
      reach: { atMost: scenario.reach.ratio },
      detail: `${windowed ? '' : `${ours.besideArea.toFixed(3)} beside the slots' bare capacity; `}fixed polling: ${fixed.join('; ')}`,
    });
    rows.push({
      measure: `beside the best found: ${scenario.name}`,
      value: ours.ratio / best.ratio,
      unit: 'ratio',
      reach: { atMost: BESIDE_BEST },
      detail: `best ${best.ratio.toFixed(4)} with ${best.pollsPerJob.toFixed(1)} polls a job`,
    });
    rows.push({
      measure: `polls: ${scenario.name}`,
      value: ours.pollsPerJob,
      unit: 'a job',
      reach: scenario.reach.polls === undefined ? null : { atMost: scenario.reach.polls },
      detail: `${ours.throttled} answers 429; at most ${ours.busiestWindow} of ${world.requests!.max} requests in any window`,
    });
  }
  const notes = [
    `Simulated time, ${seeds.length} seeds: 5 slots, 100 requests a minute for submissions and polls together, a round trip of ${world.roundTripMs} ms, at least 2 s between two polls of a job (the default of poll.min). The lower bound knows each length beforehand and fills 5 slots in order.`,
    'The best found: a search that knows the true distribution and plays whole batches, over plans for 2 to 20 polls a job, even gaps, and random changes of single looks.',
    `What polls can tell at all, lognormal with sigma 0.25, any median, no limits: ${frontier()}. So 1.05 with at most 4 polls a job cannot be had by asking about one job at a time; the policy spends what the limit leaves instead. With a median of 20 s and at least 2 s between polls the floor is 1.052.`,
  ];
  return { title: 'Polling, in simulated time', rows, notes };
}
