import { setMaxListeners } from 'node:events';
import type { StopReason } from './work-events.ts';

/** Why something stopped, in words. */
export interface Stop {
  readonly reason: StopReason;
  readonly message: string;
}

/**
 * The brakes of a run, from soft to hard. `submitting` ends new submissions for everybody; a provider may be stopped alone; `waiting` ends
 * the polling and downloading of what is in flight (all of it resumable for free); `leaving` cuts even what is on the wire.
 */
export class RunControl {
  readonly #submitting = brake();
  readonly #waiting = brake();
  readonly #leaving = brake();
  readonly #stops = new Map<string, Stop>();
  readonly #givenUp = new Map<string, AbortController>();
  #paused = false;
  #whole: Stop | null = null;
  #error: unknown = null;
  #onChange: (() => void) | null = null;

  /** Aborts when no new submission may start. */
  get submitting(): AbortSignal {
    return this.#submitting.signal;
  }

  /** Aborts when what is in flight is left for the next run. */
  get waiting(): AbortSignal {
    return this.#waiting.signal;
  }

  /** Aborts when everything is dropped at once. */
  get leaving(): AbortSignal {
    return this.#leaving.signal;
  }

  /** Aborts when what is in flight at one provider is left for the next run. */
  waitingFor(provider: string): AbortSignal {
    return heardByMany(AbortSignal.any([this.#waiting.signal, this.#controllerOf(provider).signal]));
  }

  /** Leaves what is in flight at one provider to the next run: it is down, or refuses the key. */
  giveUp(provider: string): void {
    this.#controllerOf(provider).abort();
    this.#onChange?.();
  }

  /** Called after each change, so that whoever waits looks again. */
  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  /** No new submissions until further notice: the run lives on and waits. */
  pause(): void {
    this.#paused = true;
    this.#onChange?.();
  }

  unpause(): void {
    this.#paused = false;
    this.#onChange?.();
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** No new submissions; what is in flight is still collected. The first reason stays. */
  stop(reason: StopReason, message: string): void {
    this.#whole ??= { reason, message };
    this.#submitting.abort();
    this.#onChange?.();
  }

  /** Something broke that must not: nothing more is submitted, and the run ends with this error after collecting what is in flight. */
  fail(error: unknown): void {
    this.#error ??= error;
    this.stop('invariant', error instanceof Error ? error.message : String(error));
  }

  /** The first error that broke the run; null when none did. */
  get error(): unknown {
    return this.#error;
  }

  /** No new submissions at one provider. Returns false when it was stopped already. */
  stopProvider(provider: string, reason: StopReason, message: string): boolean {
    if (this.#stops.has(provider)) return false;
    this.#stops.set(provider, { reason, message });
    this.#onChange?.();
    return true;
  }

  /** Takes back a stop whose reason is gone: a cap was raised. */
  liftStop(provider: string, reason: StopReason): void {
    if (this.#stops.get(provider)?.reason !== reason) return;
    this.#stops.delete(provider);
    this.#onChange?.();
  }

  /** Leaves what is in flight to the next run. */
  stopWaiting(): void {
    this.#submitting.abort();
    this.#waiting.abort();
    this.#onChange?.();
  }

  /** Leaves at once. */
  leave(): void {
    this.stopWaiting();
    this.#leaving.abort();
    this.#onChange?.();
  }

  /** Whether a provider still takes submissions. */
  maySubmit(provider: string): boolean {
    return !this.#paused && !this.#submitting.signal.aborted && !this.#stops.has(provider);
  }

  /** The stop of a provider; null while it goes on. */
  stopOf(provider: string): Stop | null {
    return this.#stops.get(provider) ?? null;
  }

  /** Every reason so far, the run's own first. */
  reasons(): readonly Stop[] {
    return this.#whole ? [this.#whole, ...this.#stops.values()] : [...this.#stops.values()];
  }

  #controllerOf(provider: string): AbortController {
    const known = this.#givenUp.get(provider) ?? brake();
    this.#givenUp.set(provider, known);
    return known;
  }
}

function brake(): AbortController {
  const controller = new AbortController();
  heardByMany(controller.signal);
  return controller;
}

/** Everything in flight listens to one signal: with more than ten at once Node would take that for a leak, and say so to the user. */
function heardByMany(signal: AbortSignal): AbortSignal {
  setMaxListeners(0, signal);
  return signal;
}
