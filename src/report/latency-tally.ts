/** Collects durations and gives quantiles, in memory that does not grow with their number. */
export interface LatencyTally {
  /** Milliseconds; negative and non-finite values (a clock that was set back) are left out. */
  add(ms: number): void;
  /** Null while empty. */
  done(): { jobs: number; medianMs: number; p90Ms: number } | null;
}

/**
 * Counts values rounded to three significant figures: at most 900 different ones a decade, exact enough for people, and the same
 * whatever the order of the jobs. Quantiles are by nearest rank, so each is a duration that was seen.
 */
export function latencyTally(): LatencyTally {
  const counts = new Map<number, number>();
  let jobs = 0;
  return {
    add(ms) {
      if (!Number.isFinite(ms) || ms < 0) return;
      const rounded = Number(ms.toPrecision(3));
      counts.set(rounded, (counts.get(rounded) ?? 0) + 1);
      jobs += 1;
    },
    done() {
      if (jobs === 0) return null;
      const sorted = [...counts].sort(([a], [b]) => a - b);
      return { jobs, medianMs: atRank(sorted, Math.ceil(jobs * 0.5)), p90Ms: atRank(sorted, Math.ceil(jobs * 0.9)) };
    },
  };
}

function atRank(sorted: readonly (readonly [number, number])[], rank: number): number {
  let seen = 0;
  for (const [ms, count] of sorted) {
    seen += count;
    if (seen >= rank) return ms;
  }
  return sorted.at(-1)?.[0] ?? 0;
}
