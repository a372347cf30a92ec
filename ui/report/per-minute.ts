import type { Course } from '../../src/report/report-view.ts';

/** Bars that can be told apart in half a page. */
const BARS = 30;

/** How many jobs were finished a minute, in equal parts of the night, each at its middle. */
export function perMinute({ at, done }: Course): { at: number[]; rate: number[] } {
  const steps = Math.max(1, Math.floor((at.length - 1) / BARS));
  const bars: { at: number; rate: number }[] = [];
  for (let from = 0; from + steps < at.length; from += steps) {
    const to = from + steps;
    const minutes = (at[to]! - at[from]!) / 60_000;
    // What was finished at the very beginning belongs to the first bar.
    const finished = done[to]! - (from === 0 ? 0 : done[from]!);
    bars.push({ at: (at[from]! + at[to]!) / 2, rate: minutes > 0 ? finished / minutes : 0 });
  }
  return { at: bars.map((bar) => bar.at), rate: bars.map(({ rate }) => rate) };
}
