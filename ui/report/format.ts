const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const time = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

/** `1,234.5` */
export function amount(value: number): string {
  return number.format(value);
}

/** `450 ms`, `12.3 s`, `4.5 min`, `2.1 h`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 100_000) return `${short(ms / 1_000)} s`;
  if (ms < 6_000_000) return `${short(ms / 60_000)} min`;
  return `${short(ms / 3_600_000)} h`;
}

/** A moment in UTC. */
export function moment(ms: number): string {
  return time.format(ms);
}

/** `1.2 MB` */
export function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${short(bytes / 1_000)} kB`;
  return bytes < 1_000_000_000 ? `${short(bytes / 1_000_000)} MB` : `${short(bytes / 1_000_000_000)} GB`;
}

function short(value: number): string {
  return value < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
}
