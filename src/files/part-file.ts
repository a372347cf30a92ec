import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, fsync, ftruncate, openSync, rmSync, write, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { errorCode } from './error-code.ts';

// What only touches names and buffers is done at once: it takes microseconds, and handing it to another thread takes longer. What waits for
// the disk (the bytes of large files, every fsync) does not hold up the loop.
const writeLater = promisify(write);
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
  #written = 0;
  /** All of it, while it is small. */
  #chunks: Buffer[] | null = [];
  #open = true;
  #moved = false;

  private constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
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

  /** The whole content of a small file; null of a large one, which is only on disk. */
  get content(): Buffer | null {
    return this.#chunks && Buffer.concat(this.#chunks);
  }

  async append(chunk: Buffer): Promise<void> {
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
    if (this.#chunks === null) return this.#write(chunk);
    this.#chunks.push(chunk);
    if (this.#bytes <= SMALL_BYTES) return;
    const sofar = this.#chunks;
    this.#chunks = null;
    await this.#write(Buffer.concat(sofar));
  }

  /** Begins again with nothing. */
  async restart(): Promise<void> {
    if (this.#written > 0) await truncateLater(this.#fd, 0);
    this.#hash = createHash('sha256');
    this.#bytes = 0;
    this.#written = 0;
    this.#chunks = [];
  }

  /** sha-256 of what was written, hex. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Brings every byte to the disk: a file renamed without it can be empty after a power loss. */
  async sync(): Promise<void> {
    if (this.#chunks) {
      const rest = Buffer.concat(this.#chunks).subarray(this.#written);
      for (let done = 0; done < rest.length; ) done += writeSync(this.#fd, rest, done, rest.length - done, this.#written + done);
      this.#written += rest.length;
    }
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

  /** Closes it and leaves nothing behind. */
  discard(): void {
    this.close();
    if (!this.#moved) rmSync(this.path, { force: true });
  }

  async #write(bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await writeLater(this.#fd, bytes, done, bytes.length - done, this.#written);
      done += bytesWritten;
      this.#written += bytesWritten;
    }
  }
}
