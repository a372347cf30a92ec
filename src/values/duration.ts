const UNITS = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * A written duration (`250ms`, `2s`, `5m`, `8h`) in milliseconds; null when it is not one.
 * A bare number is refused, since nothing says whether it means seconds.
 */
export function parseDuration(text: string): number | null {
  const found = /^(\d+(?:\.\d+)?)(ms|s|min|m|h|d)$/.exec(text.trim());
  if (!found) return null;
  return Number(found[1]) * UNITS[found[2] as keyof typeof UNITS];
}
