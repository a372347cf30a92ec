const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(ms|millis)/, 1],
  [/^(s|sec)/, 1_000],
  [/^(m|min)/, 60_000],
  [/^(h|hour)/, 3_600_000],
];

/** A text for people ("15-30 seconds", "2-3 minutes", "about 90 s") as milliseconds: the middle of a range; null when it is not one (an ISO time is not). */
export function expectedMs(value: unknown): number | null {
  if (typeof value !== 'string' || value.length > 100) return null;
  const found = /^\D*?(\d+(?:\.\d+)?)(?:\s*(?:-|–|—|to)\s*(\d+(?:\.\d+)?))?\s*([a-z]+)/i.exec(value);
  if (!found) return null;
  const unit = UNITS.find(([name]) => name.test(found[3]!.toLowerCase()))?.[1];
  if (unit === undefined) return null;
  const low = Number(found[1]);
  const ms = Math.round(((low + Number(found[2] ?? low)) / 2) * unit);
  return ms > 0 && ms <= 86_400_000 ? ms : null;
}

/** Progress as a fraction from 0 to 1: the documents show the integer 45 (percent) and the text "0.47" (a fraction). */
export function progressOf(value: unknown): number | null {
  const text = typeof value === 'string' ? value.trim().replace(/\s*%$/, '') : value;
  const amount = typeof text === 'number' || (typeof text === 'string' && /^\d{1,3}(\.\d+)?$/.test(text)) ? Number(text) : Number.NaN;
  if (!Number.isFinite(amount) || amount < 0 || amount > 100) return null;
  const percent = amount > 1 || (typeof value === 'number' && amount === 1) || (typeof value === 'string' && value.trim().endsWith('%'));
  return percent ? amount / 100 : amount;
}
