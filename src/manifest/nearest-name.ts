import { distance } from 'fastest-levenshtein';

/** The name as typing errors leave it: case and separators do not count. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[\s_.-]+/g, '');
}

/** How many letters apart two names are; two neighbours that changed places, the commonest slip, are one. */
function editsBetween(a: string, b: string): number {
  let least = distance(a, b);
  // Further apart, a pair that changed places no longer makes the names near.
  if (least < 2 || least > 4) return least;
  for (let at = 0; at + 1 < a.length; at += 1) {
    const swapped = a.slice(0, at) + a[at + 1] + a[at] + a.slice(at + 2);
    least = Math.min(least, distance(swapped, b) + 1);
  }
  return least;
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
    const edits = editsBetween(bare(found), bare(name));
    if (edits < bestDistance) {
      best = name;
      bestDistance = edits;
    }
  }
  return best;
}

/**
 * The nearest of the allowed names, for a hint: more generous than `nearMiss`, since here the name is wrong anyway. One that `found` is the beginning
 * or the last part of (`slug`, `kling-3.0`) comes first; short names have too little in them to be near by chance. Null when nothing is near.
 */
export function nearestName(found: string, allowed: Iterable<string>): string | null {
  const sought = bare(found);
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of allowed) {
    const known = bare(name);
    const shortened = sought.length >= 3 && (known.startsWith(sought) || known.endsWith(`/${sought}`));
    const edits = name.endsWith(`/${found}`) ? 0 : shortened ? 0.5 : editsBetween(sought, known);
    if (edits < bestDistance) {
      best = name;
      bestDistance = edits;
    }
  }
  if (best === null || bestDistance < 1) return best;
  const longest = Math.max(sought.length, bare(best).length);
  return longest >= 3 && bestDistance <= Math.max(1, Math.floor(longest / 3)) ? best : null;
}

/** `; did you mean "x"?` or nothing. */
export function didYouMean(found: string, allowed: Iterable<string>): string {
  const nearest = nearestName(found, allowed);
  return nearest === null || nearest === found ? '' : `; did you mean "${nearest}"?`;
}
