/** Shares `most` places among groups by their size, at least one each as far as they reach, the largest first where they do not. */
export function allocate(sizes: ReadonlyMap<string, number>, most: number): ReadonlyMap<string, number> {
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  if (most >= total) return sizes;
  const groups = [...sizes].sort(([, a], [, b]) => b - a);
  const places = new Map(groups.map(([name], index) => [name, index < most ? 1 : 0]));
  let left = most - Math.min(most, groups.length);
  // Each further place goes where the share is furthest from what the size calls for.
  while (left > 0) {
    let [best, lack] = ['', Number.NEGATIVE_INFINITY];
    for (const [name, size] of groups) {
      const has = places.get(name) ?? 0;
      const lacks = has < size ? (size / total) * most - has : Number.NEGATIVE_INFINITY;
      if (lacks > lack) [best, lack] = [name, lacks];
    }
    places.set(best, (places.get(best) ?? 0) + 1);
    left -= 1;
  }
  return places;
}
