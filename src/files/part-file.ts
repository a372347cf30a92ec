import { createHash, type Hash, hash } from 'node:crypto';
import { closeSync, constants, fsync, ftruncate, openSync, rmSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { errorCode } from './error-code.ts';
import { WriteBehind } from './write-behind.ts';

// What only touches names and buffers is done at once: it takes microseconds, and handing it to another thread takes longer. What waits for
// the disk (the bytes of large files, every fsync) does not hold up the loop.
const syncLater = promisify(fsync);
const truncateLater = promisify(ftruncate);

/** Files up to this size are kept in memory until they are whole, so that they are looked at without being read back, and written in one step. */
const SMALL_BYTES = 256 * 1024;

/** A file that is still being written, beside the one that it will become. Nothing is on the disk while it is small. */
export class PartFile {
  readonly path: string;
  #fd: number | null = null;
  /** Of a large one; that of a small one is made at once. */
  #hash: Hash | null = null;
  #bytes = 0;
  /** All of it, while it is small. */
  #chunks: Buffer[] | null = [];
  /** Whether that is on its way to the disk too. */
  #stored = false;
  #behind: WriteBehind | null = null;
  #moved = false;

  /** The beginning of `<target>.part`. */
  constructor(target: string) {
    this.path = `${target}.part`;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether all of it is in memory. */
  get small(): boolean {
    return this.#chunks !== null;
  }

  /** The whole content of a small file; null of a large one, which is only on disk, once `written`. */
  get content(): Buffer | null {
    return this.#chunks && joined(this.#chunks);
  }

  /** Takes more of it. A promise where the disk is to be waited for before more is given; what fails on the disk shows here, in `written` or in `sync`. */
  append(chunk: Buffer): Promise<void> | null {
    this.#bytes += chunk.length;
    if (this.#chunks === null) return this.#pass(chunk);
    this.#chunks.push(chunk);
    if (this.#bytes <= SMALL_BYTES) return null;
    const sofar = joined(this.#chunks);
    this.#chunks = null;
    this.#hash = createHash('sha256');
    return this.#pass(sofar);
  }

  /** Resolves when what is not kept in memory can be read back from its path. */
  async written(): Promise<void> {
    await this.#behind?.idle();
  }

  /** Begins again with nothing. */
  async restart(): Promise<void> {
    await this.#behind?.idle();
    if (this.#fd !== null) await truncateLater(this.#fd, 0);
    this.#behind?.restart();
    this.#hash = null;
    this.#bytes = 0;
    this.#stored = false;
    this.#chunks = [];
  }

  /** sha-256 of what was written, hex. */
  digest(): string {
    return this.#hash?.copy().digest('hex') ?? hash('sha256', this.content ?? '');
  }

  /** Brings every byte to the disk: a file renamed without it can be empty after a power loss. What is small is written before this returns. */
  async sync(): Promise<void> {
    const fd = this.#open();
    if (this.#chunks && !this.#stored) {
      const all = joined(this.#chunks);
      for (let done = 0; done < all.length; ) done += writeSync(fd, all, done, all.length - done, done);
      this.#stored = true;
    }
    await this.#behind?.idle();
    await syncLater(fd);
  }

  close(): void {
    const fd = this.#fd;
    this.#fd = null;
    if (fd !== null) closeSync(fd);
  }

  /** It has its final name now: there is nothing left to remove. */
  moved(): void {
    this.#moved = true;
  }

  /** Closes it and leaves nothing behind. Never rejects for what it had still to write. */
  async discard(): Promise<void> {
    // A number of an open file that is closed too early can be another file's by the time it is written to.
    await this.#behind?.settled();
    this.close();
    if (!this.#moved) rmSync(this.path, { force: true });
  }

  #pass(chunk: Buffer): Promise<void> | null {
    this.#hash?.update(chunk);
    this.#behind ??= new WriteBehind(this.#open());
    return this.#behind.add(chunk);
  }

  /** One left by a process that died is thrown away: nothing says which file it was the beginning of. Never follows a link. */
  #open(): number {
    if (this.#fd !== null) return this.#fd;
    const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW = 0 } = constants;
    const create = (): number => openSync(this.path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o666);
    try {
      this.#fd = create();
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
      rmSync(this.path, { force: true });
      this.#fd = create();
    }
    return this.#fd;
  }
}

function joined(chunks: readonly Buffer[]): Buffer {
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
