import { seededRandom } from '../values/seeded-random.ts';
import { imaginedCourse, type LaneLeft, type LimitsLeft } from './imagined-course.ts';

/** How long it takes until everything is over, milliseconds. */
export interface PredictedEnd {
  /** As likely to be too much as too little. */
  readonly ms: number;
  /** It takes less than this, or more than that, once in twenty times each. */
  readonly lowMs: number;
  readonly highMs: number;
}

/** What is left at one provider. */
export interface ProviderLeft {
  readonly lanes: readonly LaneLeft[];
  readonly limits: LimitsLeft;
}

/** Courses that are imagined. */
const COURSES = 40;
/** Of these, so many are left out at either end. */
const LEFT_OUT = 2;
/** What the model itself may be off by: round trips, commits, jobs that fail. */
const MODEL = { early: 0.97, late: 1.04 } as const;

/**
 * When everything that is left is over. Courses of events are imagined, with lengths drawn from what is known, worked off in the order
 * and under the limits of the real scheduler; the providers work side by side. The same question gets the same answer.
 */
export function predictEnd(providers: readonly ProviderLeft[]): PredictedEnd {
  const random = seededRandom(1);
  const ends = Array.from({ length: COURSES }, () =>
    Math.max(0, ...providers.map(({ lanes, limits }) => imaginedCourse(lanes, limits, random))),
  ).sort((a, b) => a - b);
  return {
    ms: (ends[COURSES / 2 - 1]! + ends[COURSES / 2]!) / 2,
    lowMs: ends[LEFT_OUT]! * MODEL.early,
    highMs: ends[COURSES - 1 - LEFT_OUT]! * MODEL.late,
  };
}
