import { planPolls } from '../src/schedule/poll-plan.ts';
import { seededRandom } from '../src/values/seeded-random.ts';
import { lognormal } from './random.ts';

/** The least idle time for so many polls a job, for lengths that are lognormal with sigma 0.25: pairs of polls and ratio, in words. */
export function frontier(): string {
  const random = seededRandom(1);
  // A long median, so that the least price of a poll does not bind.
  const lengths = Float64Array.from({ length: 20_000 }, () => lognormal(random, 1_000_000, 0.25)).sort();
  const pairs = [3, 3.5, 4, 4.5, 5, 6, 8].map((pollsPerJob) => {
    const { looks, expectedPolls } = planPolls(lengths, { pollsPerJob, minGapMs: 0 });
    let idle = 0;
    let sum = 0;
    for (const length of lengths) {
      idle += looks.find((look) => look >= length)! - length;
      sum += length;
    }
    return `${(1 + idle / sum).toFixed(3)} with ${expectedPolls.toFixed(1)}`;
  });
  return pairs.join(', ');
}
