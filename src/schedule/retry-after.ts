/** Added to every wait that a server asked for: timers and clocks are coarse, and a hundredth early is refused again. */
const MARGIN_MS = 100;
/** An instant further back than this is not an instant: something else was meant. */
const PLAUSIBLE_PAST_MS = 86_400_000;
const EPOCH_MS_FROM = 1e12;
const EPOCH_S_FROM = 1e9;

/**
 * How long an answer asks to wait, milliseconds, a small margin included; null when it does not say or says it
 * unreadably. Retry-After goes before RateLimit-Reset and X-RateLimit-Reset. Instants are compared with the answer's own
 * `Date`, never with our clock; without one they cannot be read. Never shortened, however long it is.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>): number | null {
  const date = instant(headers.date);
  for (const name of ['retry-after', 'ratelimit-reset', 'x-ratelimit-reset']) {
    const asked = headers[name] === undefined ? null : waitOf(headers[name], date);
    if (asked !== null) return asked + MARGIN_MS;
  }
  return null;
}

/** Milliseconds from the answer's `Date` that one value means; null when it cannot be read. In the past: 0. */
function waitOf(value: string, date: number | null): number | null {
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) {
    const figure = Number(text);
    if (figure >= EPOCH_MS_FROM) return until(figure, date);
    if (figure >= EPOCH_S_FROM) return until(figure * 1_000, date);
    return Math.ceil(figure * 1_000);
  }
  const at = instant(text);
  return at === null ? null : until(at, date);
}

function until(at: number, date: number | null): number | null {
  if (date === null || at < date - PLAUSIBLE_PAST_MS) return null;
  return Math.max(0, at - date);
}

/** An HTTP date. `Date.parse` alone would also read "5" and "-1" as dates. */
function instant(text: string | undefined): number | null {
  if (text === undefined || !/^(mon|tue|wed|thu|fri|sat|sun)/i.test(text.trim())) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}
