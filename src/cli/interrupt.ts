/** Where signals come from: the process, or a stand-in. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/** The wish to stop, as a signal for the engine. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Gives the signals back to Node. */
  release(): void;
}

/**
 * The first Ctrl-C or SIGTERM asks for an orderly end: nothing new is submitted, what is in flight is collected. A
 * second one leaves at once, which loses nothing either, since every step is stored before it is taken.
 */
export function listenForInterrupt(source: SignalSource, on: { first(): void; second(): void }): Interrupt {
  const controller = new AbortController();
  const listener = () => {
    if (controller.signal.aborted) {
      on.second();
      return;
    }
    on.first();
    controller.abort();
  };
  source.on('SIGINT', listener);
  source.on('SIGTERM', listener);
  return {
    signal: controller.signal,
    release: () => {
      source.off('SIGINT', listener);
      source.off('SIGTERM', listener);
    },
  };
}
