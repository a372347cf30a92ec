import type { RateWindow } from '../job-type/provider.ts';
import { normal } from '../values/seeded-random.ts';
import { ImaginedWindow } from './imagined-window.ts';
import type { LaneModel } from './lane-model.ts';
import { nextLane, type ReadyLane } from './next-lane.ts';

/** Jobs of one lane that are left, at one provider. */
export interface LaneLeft {
  readonly model: LaneModel;
  /** Not submitted yet. */
  readonly queued: number;
  /** For each that is in flight: how long ago it was submitted, milliseconds. */
  readonly inFlightMs: readonly number[];
  /** Names of the slot limits that each holds, and of the windows that a submission counts in besides `requests`. */
  readonly slots: readonly string[];
  readonly windows: readonly string[];
}

/** The limits of one provider, and what the windows hold already. */
export interface LimitsLeft {
  readonly slots: Readonly<Record<string, number>>;
  readonly windows: Readonly<Record<string, { readonly limits: readonly RateWindow[]; readonly agesMs: readonly number[] }>>;
}

/** Jobs that are imagined one by one at the most; of more, several are taken together, save for the last ones, which make the tail. */
const STEPS = 200;
const TAIL = 60;

interface Lane extends ReadyLane {
  readonly left: LaneLeft;
  readonly bulk: number;
  /** Drawn once for each course: how far the lengths are from what is expected. */
  readonly factor: number;
  seq: number;
  jobs: number;
}

/** When everything that is left at one provider is over, milliseconds from now, in one imagined course of events: lengths are drawn. */
export function imaginedCourse(lanes: readonly LaneLeft[], limits: LimitsLeft, random: () => number): number {
  const total = lanes.reduce((sum, { queued }) => sum + queued, 0);
  const step = Math.max(1, Math.ceil((total - TAIL) / STEPS));
  const waiting = lanes.map((left): Lane => {
    const slots = Math.min(...left.slots.map((name) => limits.slots[name] ?? Number.POSITIVE_INFINITY));
    const tail = step === 1 ? left.queued : Math.min(left.queued, Math.ceil((TAIL * left.queued) / total));
    const factor = Math.exp(left.model.doubt * normal(random));
    const bulk = left.queued - tail;
    return {
      left,
      bulk,
      factor,
      priority: 0,
      seq: 0,
      rare: left.windows.length > 0,
      slots,
      expectMs: left.model.meanMs,
      jobs: left.queued,
    };
  });
  const free = new Map(Object.entries(limits.slots));
  const take = (names: readonly string[], by: number): void => {
    for (const name of names) free.set(name, (free.get(name) ?? Number.POSITIVE_INFINITY) - by);
  };
  const windows = new Map(Object.entries(limits.windows).map(([name, { limits: of, agesMs }]) => [name, new ImaginedWindow(of, agesMs)]));
  const busy: { readonly endsAt: number; readonly slots: readonly string[] }[] = [];
  let now = 0;
  let end = 0;
  const hold = (slots: readonly string[], ms: number): void => {
    take(slots, 1);
    busy.push({ endsAt: now + ms, slots });
    end = Math.max(end, now + ms);
  };
  for (const lane of waiting) for (const elapsedMs of lane.left.inFlightMs) hold(lane.left.slots, restOf(lane, elapsedMs, random));

  const opensAt = ({ left }: Lane): number =>
    Math.max(windows.get('requests')?.opensAt() ?? 0, ...left.windows.map((name) => windows.get(name)?.opensAt() ?? 0));
  const hasSlots = ({ left }: Lane): boolean => left.slots.every((name) => (free.get(name) ?? 1) > 0);
  for (;;) {
    const open = waiting.filter((lane) => lane.jobs > 0 && hasSlots(lane));
    const lane = nextLane(open.filter((each) => opensAt(each) <= now));
    if (lane !== null) {
      const { left } = lane;
      const count = left.queued - lane.jobs < lane.bulk ? Math.min(step, lane.bulk - (left.queued - lane.jobs)) : 1;
      for (const name of left.windows) windows.get(name)?.take(now, count);
      windows.get('requests')?.take(now, count * left.model.requests);
      hold(left.slots, lengthOf(lane, count, random));
      lane.jobs -= count;
      // The manifest is taken for a mixed one: each lane is as far in it as it has been worked off.
      lane.seq = 1 - lane.jobs / left.queued;
      continue;
    }
    const next = Math.min(...busy.map(({ endsAt }) => endsAt), ...open.map(opensAt));
    if (!Number.isFinite(next)) return end;
    now = Math.max(now, next);
    for (let index = busy.length - 1; index >= 0; index--) {
      if (busy[index]!.endsAt > now) continue;
      take(busy[index]!.slots, -1);
      busy[index] = busy[busy.length - 1]!;
      busy.pop();
    }
  }
}

/** How long so many jobs, one after the other, hold a slot. */
function lengthOf({ left, factor }: Lane, count: number, random: () => number): number {
  const { heldMs, meanMs, spreadMs } = left.model;
  if (count === 1) return factor * heldMs[Math.floor(random() * heldMs.length)]!;
  return factor * Math.max(0, count * meanMs + Math.sqrt(count) * spreadMs * normal(random));
}

/** How long a job that has taken so long already still takes. */
function restOf({ left, factor }: Lane, elapsedMs: number, random: () => number): number {
  const { heldMs } = left.model;
  let from = 0;
  while (from < heldMs.length && heldMs[from]! * factor <= elapsedMs) from += 1;
  // Beyond everything that is reckoned with: what has taken so long takes somewhat longer.
  if (from === heldMs.length) return elapsedMs * 0.25 * random();
  return heldMs[from + Math.floor(random() * (heldMs.length - from))]! * factor - elapsedMs;
}
