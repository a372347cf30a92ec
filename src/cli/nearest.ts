import { closest, distance } from 'fastest-levenshtein';

/** The valid name that was probably meant, or null when none is close enough to be a help. */
export function nearest(found: string, allowed: readonly string[]): string | null {
  if (allowed.length === 0) return null;
  const lower = found.toLowerCase();
  const best = closest(
    lower,
    allowed.map((name) => name.toLowerCase()),
  );
  const name = allowed.find((candidate) => candidate.toLowerCase() === best);
  return name !== undefined && distance(lower, best) <= Math.max(1, Math.floor(name.length / 3)) ? name : null;
}

/** ` Did you mean "x"?`, or nothing. */
export function didYouMean(found: string, allowed: readonly string[]): string {
  const name = nearest(found, allowed);
  return name === null ? '' : ` Did you mean "${name}"?`;
}
