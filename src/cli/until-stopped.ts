import type { SignalSource } from './interrupt.ts';

/** Resolves at the first Ctrl-C or SIGTERM, for a command that serves until it is told to end. */
export function untilStopped(signals: SignalSource): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      signals.off('SIGINT', end);
      signals.off('SIGTERM', end);
      resolve();
    };
    signals.on('SIGINT', end);
    signals.on('SIGTERM', end);
  });
}
