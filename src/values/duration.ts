const UNITS = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** What messages say is allowed. */
export const DURATION_FORMS = '250ms, 2s, 5m, 8h or 1h30m';

/**
 * A written duration (`250ms`, `2s`, `5m`, `8h`, and from the largest unit down `1h30m`) in milliseconds; null when it is not one.
 * A bare number is refused, since nothing says whether it means seconds.
 */
export function parseDuration(text: string): number | null {
  const written = text.trim();
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|min|m|h|d)\s*)+$/.test(written)) return null;
  let total = 0;
  let above = Number.POSITIVE_INFINITY;
  for (const [, amount, name] of written.matchAll(/(\d+(?:\.\d+)?)(ms|s|min|m|h|d)/g)) {
    const unit = UNITS[name as keyof typeof UNITS];
    // `30m1h` and `5m5m` are slips of the hand more often than sums.
    if (unit >= above) return null;
    above = unit;
    total += Number(amount) * unit;
  }
  return total;
}
