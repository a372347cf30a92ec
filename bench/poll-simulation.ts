import type { PollHints } from '../src/job-type/job-type.ts';
import type { RateWindow } from '../src/job-type/provider.ts';
import { nextLane, type ReadyLane } from '../src/schedule/next-lane.ts';
import { EventQueue } from './event-queue.ts';
import { SimulatedLimit } from './simulated-limit.ts';

/** Generations that take about as long as each other. */
export interface SimulatedKind {
  readonly name: string;
  readonly hints: PollHints | null;
  /** The least poll interval and the most, milliseconds. */
  readonly bounds: { readonly minMs: number; readonly maxMs: number };
  /** Submissions that are let in within a span; null without a limit of its own. */
  readonly submitWindow: RateWindow | null;
  /** How many of this kind are made at once, where that is fewer than of all kinds together. */
  readonly slots?: number;
  /** How long one is reckoned to take when the order is chosen, milliseconds; 0 when nobody knows. */
  readonly expectMs?: number;
}

/** One job and the length of its generation, milliseconds. */
export interface SimulatedJob {
  readonly kind: SimulatedKind;
  readonly lengthMs: number;
}

/** Chooses when to look at one job. */
export interface SimulatedPolls {
  /** Milliseconds to the next look, so long after the submission was accepted. */
  next(elapsedMs: number): number;
  /** The job was seen running at `fromMs` and finished at `toMs`. */
  ended(fromMs: number, toMs: number): void;
}

/** How jobs are looked at. `lengthMs` is for those who are allowed to cheat. */
export type SimulatedPoller = (job: SimulatedJob) => SimulatedPolls;

/** The world in which a batch is played. */
export interface SimulatedWorld {
  readonly slots: number;
  /** Requests of all kinds; null without a limit. */
  readonly requests: RateWindow | null;
  /** Whether requests wait for the limit. Without, they go at once, and what is too much is answered 429 and asked again after the interval. */
  readonly gated: boolean;
  /** From a request to its answer, milliseconds. */
  readonly roundTripMs: number;
}

/** What came of a batch. */
export interface SimulatedBatch {
  readonly makespanMs: number;
  readonly polls: number;
  readonly throttled: number;
  /** The most requests that the server counted in one window. */
  readonly busiestWindow: number;
}

/** A batch on its way, at a moment at which a job was found finished. */
export interface SimulatedStanding {
  readonly now: number;
  readonly waiting: readonly SimulatedJob[];
  /** Jobs in flight with the moment of their submission. */
  readonly inFlight: ReadonlyMap<SimulatedJob, number>;
  /** When places of windows of their own were taken, by kind. */
  readonly submitted: ReadonlyMap<SimulatedKind, readonly number[]>;
}

/** After a submission that was answered 429, a client without a gate waits so long. */
const SUBMIT_AGAIN_MS = 5_000;

/**
 * Plays a batch through slots and limits as the engine works: a free slot takes the next job by the engine's own order,
 * submissions pass before polls, requests wait for the shared window. Deterministic: only what the poller draws is random.
 */
export function simulateBatch(
  jobs: readonly SimulatedJob[],
  poller: SimulatedPoller,
  world: SimulatedWorld,
  watch: (standing: SimulatedStanding) => void = () => {},
): SimulatedBatch {
  const events = new EventQueue();
  const limit = new SimulatedLimit(events, world.requests, world.gated);
  const waiting = [...jobs];
  const submitted = new Map<SimulatedKind, number[]>();
  let free = world.slots;
  let polls = 0;
  let makespanMs = 0;

  const opensAt = (kind: SimulatedKind): number => {
    const times = submitted.get(kind) ?? [];
    if (!kind.submitWindow || times.length < kind.submitWindow.max) return events.now;
    return Math.max(events.now, times[times.length - kind.submitWindow.max]! + kind.submitWindow.windowMs);
  };
  const held = new Map<SimulatedKind, number>();
  const inFlight = new Map<SimulatedJob, number>();
  const nextJob = (): SimulatedJob | null => {
    const lanes = new Map<SimulatedKind, ReadyLane & { jobs: number }>();
    let earliest = Number.POSITIVE_INFINITY;
    for (const [seq, { kind }] of waiting.entries()) {
      const lane = lanes.get(kind);
      if (lane) lane.jobs += 1;
      else {
        const slots = Math.min(world.slots, kind.slots ?? world.slots);
        lanes.set(kind, { priority: 0, seq, rare: kind.submitWindow !== null, slots, expectMs: kind.expectMs ?? 0, jobs: 1 });
      }
    }
    const ready: ReadyLane[] = [];
    for (const [kind, lane] of lanes) {
      const opens = opensAt(kind);
      if (opens > events.now) earliest = Math.min(earliest, opens);
      else if ((held.get(kind) ?? 0) < lane.slots) ready.push(lane);
    }
    const next = nextLane(ready);
    if (next) return waiting.splice(next.seq, 1)[0]!;
    if (earliest < Number.POSITIVE_INFINITY) events.at(earliest, fill);
    return null;
  };
  const hold = (kind: SimulatedKind, by: 1 | -1): void => {
    free -= by;
    held.set(kind, (held.get(kind) ?? 0) + by);
  };
  const fill = (): void => {
    while (free > 0 && waiting.length > 0) {
      const job = nextJob();
      if (!job) return;
      hold(job.kind, 1);
      inFlight.set(job, events.now);
      submitted.set(job.kind, [...(submitted.get(job.kind) ?? []), events.now]);
      submit(job);
    }
  };
  const submit = (job: SimulatedJob): void =>
    limit.request(0, (sentAt, taken) => {
      if (!taken) return events.at(sentAt + SUBMIT_AGAIN_MS, () => submit(job));
      const half = world.roundTripMs / 2;
      const acceptedAt = sentAt + world.roundTripMs;
      events.at(acceptedAt, () => follow(job, sentAt + half + job.lengthMs, acceptedAt, poller(job), 0));
    });
  const follow = (job: SimulatedJob, endsAt: number, acceptedAt: number, looks: SimulatedPolls, lastLook: number): void => {
    events.at(events.now + looks.next(events.now - acceptedAt), () =>
      limit.request(1, (sentAt, taken) => {
        polls += 1;
        events.at(sentAt + world.roundTripMs, () => {
          const look = events.now - acceptedAt;
          if (!taken || sentAt + world.roundTripMs / 2 < endsAt) return follow(job, endsAt, acceptedAt, looks, taken ? look : lastLook);
          looks.ended(lastLook, look);
          makespanMs = events.now;
          hold(job.kind, -1);
          inFlight.delete(job);
          watch({ now: events.now, waiting, inFlight, submitted });
          fill();
        });
      }),
    );
  };
  fill();
  events.run();
  return { makespanMs, polls, throttled: limit.throttled, busiestWindow: limit.busiest };
}

/** The least time that the slots, the windows and the lengths allow to someone who knows each length: one look at the end, without delay. */
export function lowerBound(jobs: readonly SimulatedJob[], slots: number): number {
  const oracle: SimulatedPoller = (job) => ({ next: () => job.lengthMs, ended: () => {} });
  return simulateBatch(jobs, oracle, { slots, requests: null, gated: false, roundTripMs: 0 }).makespanMs;
}

/** What the slots alone allow, in whatever order: nobody, with whatever knowledge, is done sooner. For batches without windows. */
export function areaBound(jobs: readonly SimulatedJob[], slots: number): number {
  const work = (of: readonly SimulatedJob[]): number => of.reduce((sum, { lengthMs }) => sum + lengthMs, 0);
  const narrow = [...new Set(jobs.map(({ kind }) => kind))].map(
    (kind) => work(jobs.filter((job) => job.kind === kind)) / (kind.slots ?? slots),
  );
  return Math.max(work(jobs) / slots, ...narrow, ...jobs.map(({ lengthMs }) => lengthMs));
}
