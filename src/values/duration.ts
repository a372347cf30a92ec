const UNITS = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** What messages say is allowed. */
export const DURATION_FORMS = '250ms, 2s, 5m, 8h or 1h30m';

/**
 * The same as a pattern, without blanks around it, which the JSON Schema of the configuration shares: from the largest unit down, each once,
 * and at least one. `30m1h` and `5m5m` are slips of the hand more often than sums.
 */
export const DURATION_PATTERN = `(?=\\d)${['d', 'h', 'm|min', 's', 'ms'].map((unit) => `(\\d+(\\.\\d+)?(${unit})\\s*)?`).join('')}`;
const DURATION = new RegExp(`^${DURATION_PATTERN}$`);

/**
 * A written duration (`250ms`, `2s`, `5m`, `8h`, and from the largest unit down `1h30m`) in milliseconds; null when it is not one.
 * A bare number is refused, since nothing says whether it means seconds.
 */
export function parseDuration(text: string): number | null {
  const written = text.trim();
  if (!DURATION.test(written)) return null;
  const amounts = [...written.matchAll(/(\d+(?:\.\d+)?)(ms|s|min|m|h|d)/g)];
  return amounts.reduce((total, [, amount, unit]) => total + Number(amount) * UNITS[unit as keyof typeof UNITS], 0);
}
