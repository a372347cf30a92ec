import PQueue from 'p-queue';
import { untilStarted } from './until-started.ts';

/** Turns by priority, so many at once, with no time between them: whoever comes next starts in the moment that a turn ends. */
export class PlainTurns {
  readonly #queue: PQueue;

  constructor(maxConcurrent: number) {
    this.#queue = new PQueue({ concurrency: maxConcurrent });
  }

  /** Runs the task when its turn comes (0 goes first, 9 last), and settles as it does. An abort of the signal frees it while it waits. */
  schedule<T>(priority: number, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    // p-queue takes the largest first.
    return untilStarted(task, signal, (job) => this.#queue.add(job, { priority: -priority }));
  }
}
