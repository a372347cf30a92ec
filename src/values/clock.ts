/** Time as an argument, so that tests and simulations can turn it by hand. */
export interface Clock {
  /** Wall clock, milliseconds since 1970: only for what people read and what outlives the process. */
  now(): number;
  /** Monotonic milliseconds from an arbitrary start: for every wait and every window. Never steps back. */
  mono(): number;
  /** Resolves after `ms` milliseconds of monotonic time, or at once when the signal aborts (it does not reject). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
