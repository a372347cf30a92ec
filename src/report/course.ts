import { toUnits } from '../values/money.ts';
import type { ReportJob } from './report-input.ts';
import type { Course } from './report-view.ts';

/** Moments of a course: as many as a chart can show. */
const STEPS = 300;

/** Adds up a night step by step, in memory that does not grow with its jobs. */
export interface CourseTally {
  add(job: ReportJob): void;
  done(): Course;
}

/** A provider as a course shows it. */
export interface CourseProvider {
  readonly name: string;
  readonly unit: string;
  /** How many jobs may be in flight; null where that is not limited. */
  readonly slots: number | null;
}

/**
 * The course between two moments (milliseconds since 1970). What a job cost is booked at its submission, what came back at its completion. What lies
 * outside of the time, by a clock that was set, counts at its edge.
 */
export function courseTally(from: number, to: number, providers: readonly CourseProvider[]): CourseTally {
  const stepMs = Math.max(1, (to - from) / STEPS);
  const at = Array.from({ length: STEPS + 1 }, (_, step) => Math.round(from + step * stepMs));
  const zeros = (): number[] => at.map(() => 0);
  const done = zeros();
  const spent = new Map(providers.map(({ name }) => [name, zeros()]));
  const inFlight = new Map(providers.map(({ name }) => [name, zeros()]));
  /** The first moment that is not before this one. */
  const stepOf = (time: number): number => Math.min(STEPS, Math.max(0, Math.ceil((time - from) / stepMs)));
  const book = (series: number[] | undefined, time: number | null, amount: number): void => {
    if (series !== undefined && time !== null) series[stepOf(time)]! += amount;
  };
  return {
    add(job) {
      const { provider, state, removed, charged, refunded, submittedAt, completedAt } = job;
      const money = spent.get(provider);
      book(money, submittedAt ?? completedAt, charged ?? 0);
      book(money, completedAt ?? submittedAt, -(refunded ?? 0));
      const attempts = job.attempts ?? (submittedAt === null ? [] : [{ submittedAt, completedAt, done: state === 'done' }]);
      // Finished is finished, also when a person wanted it once more.
      const ends = attempts.flatMap((attempt) => (attempt.done && attempt.completedAt !== null ? [attempt.completedAt] : []));
      if (state === 'done' && !removed) book(done, ends.length === 0 ? completedAt : Math.min(...ends), 1);
      for (const attempt of attempts) {
        book(inFlight.get(provider), attempt.submittedAt, 1);
        book(inFlight.get(provider), attempt.completedAt, -1);
      }
    },
    done: () => ({
      at,
      done: sums(done),
      inFlight: providers.map(({ name, slots }) => ({ provider: name, slots, jobs: sums(inFlight.get(name) ?? []) })),
      spent: providers.map(({ name, unit }) => ({ provider: name, unit, net: sums(spent.get(name) ?? []).map(toUnits) })),
    }),
  };
}

function sums(changes: readonly number[]): number[] {
  let sum = 0;
  return changes.map((change) => {
    sum += change;
    return sum;
  });
}
