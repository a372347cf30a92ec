/** One candidate of a pilot, and what it would show: its model, and each value of the matrix with that model. */
export interface Stratum {
  readonly seq: number;
  readonly features: readonly string[];
}

/**
 * Chooses at most `most` so that every feature is shown, as far as they reach: the first feature (the model) of all before anything else, then
 * those that show most that is new. `strata` is read several times.
 */
export function cover(strata: () => Iterable<Stratum>, most: number): readonly number[] {
  const shown = new Set<string>();
  const chosen = new Set<number>();
  let widest = 1;
  const take = ({ seq, features }: Stratum): void => {
    chosen.add(seq);
    for (const feature of features) shown.add(feature);
  };
  for (const stratum of strata()) {
    widest = Math.max(widest, stratum.features.length);
    if (chosen.size < most && !shown.has(stratum.features[0] ?? '')) take(stratum);
  }
  for (let wanted = widest; wanted >= 1 && chosen.size < most; wanted--) {
    for (const stratum of strata()) {
      if (chosen.size >= most) break;
      if (!chosen.has(stratum.seq) && stratum.features.filter((feature) => !shown.has(feature)).length >= wanted) take(stratum);
    }
  }
  return [...chosen];
}
