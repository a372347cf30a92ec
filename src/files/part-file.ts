import { createHash, type Hash } from 'node:crypto';
import { constants, type FileHandle, open, rm } from 'node:fs/promises';

/** A file that is still being written, beside the one that it will become. */
export class PartFile {
  readonly path: string;
  readonly #file: FileHandle;
  #hash: Hash = createHash('sha256');
  #bytes = 0;
  #open = true;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /**
   * Begins `<target>.part`. One left by a process that died is thrown away: nothing says which file it was the beginning
   * of. Never follows a link.
   */
  static async begin(target: string): Promise<PartFile> {
    const path = `${target}.part`;
    await rm(path, { force: true });
    const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW = 0 } = constants;
    return new PartFile(path, await open(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o666));
  }

  get bytes(): number {
    return this.#bytes;
  }

  async append(chunk: Buffer): Promise<void> {
    for (let written = 0; written < chunk.length; ) {
      const { bytesWritten } = await this.#file.write(chunk, written, chunk.length - written, this.#bytes + written);
      written += bytesWritten;
    }
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
  }

  /** Begins again with nothing. */
  async restart(): Promise<void> {
    await this.#file.truncate(0);
    this.#hash = createHash('sha256');
    this.#bytes = 0;
  }

  /** sha-256 of what was written, hex. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Brings every byte to the disk: a file renamed without it can be empty after a power loss. */
  async sync(): Promise<void> {
    await this.#file.sync();
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#file.close();
  }

  /** Closes it and leaves nothing behind. */
  async discard(): Promise<void> {
    await this.close();
    await rm(this.path, { force: true });
  }
}
