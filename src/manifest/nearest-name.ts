import { distance } from 'fastest-levenshtein';

/** The name as typing errors leave it: case and separators do not count. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[\s_.-]+/g, '');
}

/** Whether `found` is probably a misspelling of `name`: the same but for case and separators, or one or two letters off. */
function isNear(found: string, name: string): boolean {
  const a = bare(found);
  const b = bare(name);
  if (a === b) return true;
  const longest = Math.max(a.length, b.length);
  // Short words lie close to each other without being mistakes (`mode`, `node`), and people rarely miss the first letter.
  if (longest < 4 || a[0] !== b[0]) return false;
  return distance(a, b) <= (longest < 6 ? 1 : 2);
}

/** The known name that `found` probably meant, or null. An exact match is no mistake: null. */
export function nearMiss(found: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of known) {
    if (name === found) return null;
    if (!isNear(found, name)) continue;
    const apart = distance(bare(found), bare(name));
    if (apart < bestDistance) {
      best = name;
      bestDistance = apart;
    }
  }
  return best;
}

/** The nearest of the allowed names, for a hint: more generous than `nearMiss`, since here the name is wrong anyway. Null when nothing is near. */
export function nearestName(found: string, allowed: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of allowed) {
    const apart = distance(bare(found), bare(name));
    if (apart < bestDistance) {
      best = name;
      bestDistance = apart;
    }
  }
  if (best === null) return null;
  return bestDistance <= Math.max(2, Math.floor(Math.max(found.length, best.length) / 3)) ? best : null;
}

/** `; did you mean "x"?` or nothing. */
export function didYouMean(found: string, allowed: Iterable<string>): string {
  const nearest = nearestName(found, allowed);
  return nearest === null || nearest === found ? '' : `; did you mean "${nearest}"?`;
}
