import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Whether this process may mount: a disk that is really full needs one that is really small. */
export const MAY_MOUNT = process.platform === 'linux' && process.getuid?.() === 0;

/** A file system of a few megabytes at a folder. */
export class SmallDisk {
  readonly folder: string;

  constructor(folder: string, size = '8m') {
    this.folder = folder;
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

  /** Frees what was filled. */
  free(): void {
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
