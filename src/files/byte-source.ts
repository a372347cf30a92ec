import type { FileHandle } from 'node:fs/promises';

/** A file read here and there. Small reads close together cost one read of the disk. */
export class ByteSource {
  readonly size: number;
  readonly #file: FileHandle | null;
  #block: Buffer;
  #blockAt = 0;

  /** An open file and its size, or the content of one. */
  constructor(source: FileHandle | Buffer, size: number) {
    this.#file = Buffer.isBuffer(source) ? null : source;
    this.#block = Buffer.isBuffer(source) ? source : Buffer.alloc(0);
    this.size = size;
  }

  /** So many bytes from an offset; null when the file ends before them. */
  async at(offset: number, length: number): Promise<Buffer | null> {
    if (offset < 0 || offset + length > this.size) return null;
    if (offset < this.#blockAt || offset + length > this.#blockAt + this.#block.length) await this.#load(offset, length);
    const from = offset - this.#blockAt;
    return from + length <= this.#block.length ? this.#block.subarray(from, from + length) : null;
  }

  /** What lies at an offset, up to the end of the block or of the file; null at the end. For scanning. */
  async from(offset: number): Promise<Buffer | null> {
    if ((await this.at(offset, 1)) === null) return null;
    return this.#block.subarray(offset - this.#blockAt);
  }

  async #load(offset: number, length: number): Promise<void> {
    if (!this.#file) return;
    const wanted = Math.min(Math.max(length, BLOCK_BYTES), this.size - offset);
    const block = Buffer.alloc(wanted);
    let read = 0;
    while (read < wanted) {
      const { bytesRead } = await this.#file.read(block, read, wanted - read, offset + read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    this.#block = block.subarray(0, read);
    this.#blockAt = offset;
  }
}

const BLOCK_BYTES = 64 * 1024;
