import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, realpathSync, rmSync, statSync, writeSync } from 'node:fs';
import type { QueueDb } from './open-queue.ts';
import { isFailedWrite, isFull, QueueFullError } from './queue-faults.ts';

/** An answer to a submission takes 33 to 86 kB of the log: enough for what is on its way at once. */
const BALLAST_BYTES = 2 * 1024 * 1024;

/**
 * Room on the queue's disk that is given up when the disk is full, so that the ids of what is submitted by then are stored all the same:
 * `queue.db.ballast`, there while a runner is.
 */
export class Ballast {
  readonly #queue: string;
  readonly #file: string;
  #spent = false;
  #onSpent: ((error: unknown) => void) | null = null;

  private constructor(queue: string, file: string) {
    this.#queue = queue;
    this.#file = file;
  }

  /** Takes the room, or throws a QueueFullError: nothing may be submitted whose answer could not be kept. */
  static lay(db: QueueDb): Ballast {
    const ballast = new Ballast(db.name, `${realpathSync(db.name)}.ballast`);
    try {
      if (!isWhole(ballast.#file)) fill(ballast.#file);
    } catch (error) {
      ballast.remove();
      throw isFull(error, db.name) ? new QueueFullError(db.name, error) : error;
    }
    return ballast;
  }

  /** Called once, when the room is given up: nothing more may be submitted. */
  onSpent(listener: (error: unknown) => void): void {
    this.#onSpent = listener;
  }

  /** Runs a commit that must not be lost. When it finds no room, the ballast is given up for it and it is tried once more. */
  keep<T>(commit: () => T): T {
    try {
      return commit();
    } catch (error) {
      if (this.#spent || !isFailedWrite(error)) throw error;
      const cause = isFull(error, this.#queue) ? new QueueFullError(this.#queue, error) : error;
      this.#spent = true;
      this.remove();
      try {
        return commit();
      } finally {
        this.#onSpent?.(cause);
      }
    }
  }

  /** The runner goes: the room is free again. */
  remove(): void {
    rmSync(this.#file, { force: true });
  }
}

/** One that a killed runner left is as good. */
function isWhole(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.size === BALLAST_BYTES;
}

/** With bytes that no file system packs, brought to the disk: a promise of room is none. */
function fill(file: string): void {
  rmSync(file, { force: true });
  const fd = openSync(file, 'wx', 0o600);
  try {
    const bytes = randomBytes(BALLAST_BYTES);
    for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
