import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, fsync, ftruncate, openSync, rmSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { errorCode } from './error-code.ts';
import { WriteBehind } from './write-behind.ts';

// What only touches names and buffers is done at once: it takes microseconds, and handing it to another thread takes longer. What waits for
// the disk (the bytes of large files, every fsync) does not hold up the loop.
const syncLater = promisify(fsync);
const truncateLater = promisify(ftruncate);

/** Files up to this size are kept in memory too, so that they are written in one step and looked at without being read back. */
const SMALL_BYTES = 256 * 1024;

/** A file that is still being written, beside the one that it will become. */
export class PartFile {
  readonly path: string;
  readonly #fd: number;
  #hash: Hash = createHash('sha256');
  #bytes = 0;
  /** All of it, while it is small. */
  #chunks: Buffer[] | null = [];
  /** Whether that is on its way to the disk too. */
  #stored = false;
  readonly #behind: WriteBehind;
  #open = true;
  #moved = false;

  private constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
    this.#behind = new WriteBehind(fd);
  }

  /**
   * Begins `<target>.part`. One left by a process that died is thrown away: nothing says which file it was the beginning
   * of. Never follows a link.
   */
  static begin(target: string): PartFile {
    const path = `${target}.part`;
    const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW = 0 } = constants;
    const create = (): number => openSync(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o666);
    try {
      return new PartFile(path, create());
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
      rmSync(path, { force: true });
      return new PartFile(path, create());
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The whole content of a small file; null of a large one, which is only on disk, once `written`. */
  get content(): Buffer | null {
    return this.#chunks && Buffer.concat(this.#chunks);
  }

  /** Takes more of it. A promise where the disk is to be waited for before more is given; what fails on the disk shows here, in `written` or in `sync`. */
  append(chunk: Buffer): Promise<void> | null {
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
    if (this.#chunks === null) return this.#behind.add(chunk);
    this.#chunks.push(chunk);
    if (this.#bytes <= SMALL_BYTES) return null;
    const sofar = this.#chunks;
    this.#chunks = null;
    return this.#behind.add(Buffer.concat(sofar));
  }

  /** Resolves when what is not kept in memory can be read back from its path. */
  async written(): Promise<void> {
    await this.#behind.idle();
  }

  /** Begins again with nothing. */
  async restart(): Promise<void> {
    await this.#behind.idle();
    if (this.#stored || this.#behind.written > 0) await truncateLater(this.#fd, 0);
    this.#behind.restart();
    this.#hash = createHash('sha256');
    this.#bytes = 0;
    this.#stored = false;
    this.#chunks = [];
  }

  /** sha-256 of what was written, hex. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Brings every byte to the disk: a file renamed without it can be empty after a power loss. */
  async sync(): Promise<void> {
    if (this.#chunks && !this.#stored) {
      const all = Buffer.concat(this.#chunks);
      for (let done = 0; done < all.length; ) done += writeSync(this.#fd, all, done, all.length - done, done);
      this.#stored = true;
    }
    await this.#behind.idle();
    await syncLater(this.#fd);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#fd);
  }

  /** It has its final name now: there is nothing left to remove. */
  moved(): void {
    this.#moved = true;
  }

  /** Closes it and leaves nothing behind. Never rejects for what it had still to write. */
  async discard(): Promise<void> {
    // A number of an open file that is closed too early can be another file's by the time it is written to.
    await this.#behind.settled();
    this.close();
    if (!this.#moved) rmSync(this.path, { force: true });
  }
}
