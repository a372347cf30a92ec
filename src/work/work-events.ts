import type { EventEmitter } from 'node:events';
import type { JobState } from '../queue/job-states.ts';
import type { Micros } from '../values/money.ts';

/** What the engine reports while it works. It never prints: the command listens. */
export interface WorkEventMap {
  /** A job reached a state. */
  job: [JobEvent];
  /** Something a person should read, that stops nothing. */
  notice: [Notice];
  /** A provider is waited for, until a wall-clock time. */
  throttled: [{ readonly provider: string; readonly until: number; readonly why: string }];
  /** A slot limit has another size from now on. */
  limit: [LimitEvent];
  /** Nothing is submitted until further notice, since a wall-clock time. */
  paused: [{ readonly since: number }];
  unpaused: [];
  /** A provider takes no more submissions in this run. */
  stopped: [{ readonly provider: string; readonly reason: StopReason; readonly message: string }];
}

/** How many jobs of a provider may be in flight at once: sought (`accepted`, `refused`) or set by somebody (`set`). Also a cap that was set. */
export interface LimitEvent {
  readonly provider: string;
  /** Its name in the configuration: `concurrency`; or `max-cost`, in the provider's unit. */
  readonly limit: string;
  /** Null: there was none. */
  readonly from: number | null;
  readonly to: number;
  readonly why: 'accepted' | 'refused' | 'set';
}

/** One step of one job. */
export interface JobEvent {
  readonly id: string;
  readonly state: JobState;
  readonly attempt: number;
  readonly model: string;
  readonly provider: string;
  readonly charged: Micros | null;
  readonly message: string | null;
}

/** A line for people and the log. */
export interface Notice {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
}

/** Why a run, or a provider within it, took no more submissions (contract, section 8: `stopped`). */
export type StopReason = 'failures' | 'budget' | 'no_funds' | 'auth' | 'outage' | 'duration' | 'interrupted' | 'invariant';

/** The typed emitter. */
export type WorkEvents = EventEmitter<WorkEventMap>;
