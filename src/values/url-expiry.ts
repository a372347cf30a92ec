/** `20260301T221400Z` */
const COMPACT = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
/** Seconds since 1970 that can be meant: from 2001 to 2100. */
const SECONDS = [1_000_000_000, 4_102_444_800] as const;

/**
 * Until when a signed URL works, milliseconds since 1970, as its own parameters say; null when they do not. The common signatures are
 * known: `X-Amz-Date` with `X-Amz-Expires` (and the same of other stores: Goog, Tos), `Expires` (CloudFront and older stores), and Azure's `se`.
 */
export function urlExpiry(url: string): number | null {
  const query = URL.canParse(url) ? new URL(url).searchParams : new URLSearchParams();
  const values = new Map([...query].map(([name, value]) => [name.toLowerCase(), value]));
  for (const [name, value] of values) {
    const store = /^x-(\w+)-expires$/.exec(name)?.[1];
    const signedAt = store === undefined ? null : compactTime(values.get(`x-${store}-date`) ?? '');
    if (signedAt !== null && /^\d{1,7}$/.test(value)) return signedAt + Number(value) * 1_000;
  }
  const seconds = Number(values.get('expires') ?? Number.NaN);
  if (seconds >= SECONDS[0] && seconds <= SECONDS[1]) return seconds * 1_000;
  const azure = values.has('sig') ? Date.parse(values.get('se') ?? '') : Number.NaN;
  return Number.isNaN(azure) ? null : azure;
}

function compactTime(text: string): number | null {
  const parts = COMPACT.exec(text)?.slice(1).map(Number);
  if (!parts) return null;
  const [year, month, day, hour, minute, second] = parts as [number, number, number, number, number, number];
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
