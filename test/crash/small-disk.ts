import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Whether this process may mount: a disk that is really full needs one that is really small. */
export const MAY_MOUNT = process.platform === 'linux' && process.getuid?.() === 0;

const TRIES = 50;

/** A file system of a few megabytes at a folder. */
export class SmallDisk {
  readonly folder: string;
  readonly #size: string;

  constructor(folder: string, size = '8m') {
    this.folder = folder;
    this.#size = size;
    mkdirSync(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'small', folder]);
  }

  /** Fills it to the last byte. */
  fill(): void {
    const fd = openSync(join(this.folder, 'filler'), 'a');
    try {
      for (const size of [65_536, 4_096, 1]) writeUntilFull(fd, Buffer.alloc(size, 'x'));
    } finally {
      closeSync(fd);
    }
  }

  /**
   * Makes it full in one step, by making it as small as what it holds. Filling it with bytes takes a while, in which a program at work finds it
   * full, gives room up for its answers, and loses that room to the rest of the filling.
   */
  fillAtOnce(): void {
    for (let tries = 1; ; tries++) {
      const { blocks, bfree, bsize } = statfsSync(this.folder);
      try {
        execFileSync('mount', ['-o', `remount,size=${Math.max(1, blocks - bfree) * bsize}`, this.folder], { stdio: 'ignore' });
        return;
      } catch (error) {
        // Something was written in between, and it holds more than that now. (A size of 0 would be no limit at all.)
        if (tries === TRIES) throw error;
      }
    }
  }

  /** Gives the room back that it had. */
  free(): void {
    execFileSync('mount', ['-o', `remount,size=${this.#size}`, this.folder]);
    rmSync(join(this.folder, 'filler'), { force: true });
  }

  unmount(): void {
    execFileSync('umount', ['--lazy', this.folder]);
  }
}

function writeUntilFull(fd: number, piece: Buffer): void {
  for (;;) {
    try {
      if (writeSync(fd, piece) < piece.length) return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      return;
    }
  }
}
