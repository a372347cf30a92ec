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

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: 'UTC' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** `22:14`, `22:14:05`, `22:14:05.5`: a time of the day in UTC, as exact as moments so many seconds apart need it. */
export function timeOfDay(ms: number, apart: number): string {
  const text = clock.format(ms);
  if (apart < 1)
    return `${text}.${String(Math.floor(ms % 1_000))
      .padStart(3, '0')
      .slice(0, apart < 0.1 ? 3 : 1)}`;
  return apart < 60 ? text : text.slice(0, 5);
}

/** `21 Nov`, in UTC. */
export function dayOf(ms: number): string {
  return day.format(ms);
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
