import type { LatencyHistogram } from './report-view.ts';

/** Each bound is so much more than the one before: a fifth more is a difference that people feel. */
const RATIO = 1.2;

/** Counts how long the jobs of each model took, in classes that grow with the length. */
export interface HistogramTally {
  add(model: string, ms: number): void;
  /** Models with the most jobs first, all over the same bounds. */
  done(): readonly LatencyHistogram[];
}

/** Negative and non-finite lengths (a clock that was set back) are left out. */
export function histogramTally(): HistogramTally {
  const models = new Map<string, Map<number, number>>();
  return {
    add(model, ms) {
      if (!Number.isFinite(ms) || ms < 0) return;
      const classOf = Math.ceil(Math.log(Math.max(1, ms)) / Math.log(RATIO));
      const classes = models.get(model) ?? new Map<number, number>();
      models.set(model, classes);
      classes.set(classOf, (classes.get(classOf) ?? 0) + 1);
    },
    done() {
      const all = [...models.values()].flatMap((classes) => [...classes.keys()]);
      const first = all.reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY);
      const last = all.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
      // An empty class at each end, so that a single one is a bar and not a point.
      const classes = all.length === 0 ? [] : Array.from({ length: last - first + 3 }, (_, at) => first - 1 + at);
      const histograms = [...models].map(([model, counts]) => ({
        model,
        upTo: classes.map((each) => RATIO ** each),
        jobs: classes.map((each) => counts.get(each) ?? 0),
      }));
      const size = ({ jobs }: LatencyHistogram): number => jobs.reduce((sum, count) => sum + count, 0);
      return histograms.sort((a, b) => size(b) - size(a));
    },
  };
}
