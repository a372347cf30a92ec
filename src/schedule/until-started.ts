import { setMaxListeners } from 'node:events';

/** A queue that cannot be left: it runs each job once, later. */
export type Enqueue = (job: () => Promise<void>) => Promise<unknown>;

/**
 * Puts a task into a queue and settles as it does. While it waits, an abort of the signal rejects with the signal's
 * reason, and the task never starts; once it has started, the signal is the task's own business. `noLongerWaits` is
 * called once, when it starts or leaves.
 */
export function untilStarted<T>(
  task: () => Promise<T>,
  signal: AbortSignal | undefined,
  enqueue: Enqueue,
  noLongerWaits: () => void = () => undefined,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let gone = false;
    const leave = (): void => {
      gone = true;
      noLongerWaits();
      reject(signal?.reason);
    };
    if (signal?.aborted) return leave();
    // Everything that waits listens to the one signal of its run: many listeners are no leak here.
    if (signal) setMaxListeners(0, signal);
    signal?.addEventListener('abort', leave, { once: true });
    // The job that the queue sees never rejects, so that none of its own promises can go unhandled.
    const job = async (): Promise<void> => {
      if (gone) return;
      signal?.removeEventListener('abort', leave);
      noLongerWaits();
      try {
        resolve(await task());
      } catch (error) {
        reject(error);
      }
    };
    enqueue(job).catch(reject);
  });
}
