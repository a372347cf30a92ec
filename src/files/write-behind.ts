import { fdatasync, writev } from 'node:fs';
import { promisify } from 'node:util';

const writeLater = promisify(writev);
const syncLater = promisify(fdatasync);

/** Handed to the disk at once: each hand-over costs a switch of threads, and a network gives 64 KiB at a time, or a few bytes. */
const BATCH_BYTES = 1024 * 1024;
const BATCH_CHUNKS = 256;
/** Written in one step. Longer steps make Linux look for longer runs of free memory, which took a virtual machine twice to four times as long. */
const PIECE_BYTES = 128 * 1024;
/** Waiting beside what is being written, before whoever adds has to wait. */
const MOST_WAITING_BYTES = 2 * BATCH_BYTES;
/** The disk is set to work each time so much was written, so that little is left for the fsync at the end. */
const SYNC_BYTES = 64 * 1024 * 1024;

/**
 * Writes a file from its beginning while more of it is still coming. One write is under way at a time: several of one
 * file would only wait for each other. A failure stays, and is thrown at each call from then on.
 */
export class WriteBehind {
  readonly #fd: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #written = 0;
  #synced = 0;
  #writing: Promise<void> | null = null;
  #syncing: Promise<void> | null = null;
  #fault: { readonly error: unknown } | null = null;

  /** An open file that nobody else writes. */
  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Bytes given to the operating system. */
  get written(): number {
    return this.#written;
  }

  /** Takes more, which must not be changed afterwards. A promise where enough waits already. */
  add(bytes: Buffer): Promise<void> | null {
    if (this.#fault) return Promise.reject(this.#fault.error);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes < BATCH_BYTES && this.#waiting.length < BATCH_CHUNKS) return null;
    this.#writing ??= this.#write();
    return this.#waitingBytes < MOST_WAITING_BYTES ? null : this.#writing;
  }

  /** Resolves when everything was given to the operating system. */
  async idle(): Promise<void> {
    while (this.#writing || this.#waiting.length > 0) {
      this.#writing ??= this.#write();
      await this.#writing;
    }
    await this.#syncing;
    if (this.#fault) throw this.#fault.error;
  }

  /** The same, whatever came of it. */
  async settled(): Promise<void> {
    await this.idle().catch(() => undefined);
  }

  /** From now on it begins at the beginning. Only when idle. */
  restart(): void {
    this.#written = 0;
    this.#synced = 0;
  }

  /** Writes what waits now, piece by piece. Never rejects. */
  async #write(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    try {
      for (let from = 0; from < batch.length && !this.#fault; ) {
        const to = endOfPiece(batch, from);
        await this.#writeAll(batch.slice(from, to));
        from = to;
      }
      if (this.#written - this.#synced >= SYNC_BYTES) this.#syncing ??= this.#sync();
    } catch (error) {
      this.#fault ??= { error };
    }
    this.#writing = null;
  }

  async #writeAll(piece: Buffer[]): Promise<void> {
    let rest = piece;
    while (rest.length > 0) {
      const { bytesWritten } = await writeLater(this.#fd, rest, this.#written);
      this.#written += bytesWritten;
      rest = without(rest, bytesWritten);
    }
  }

  async #sync(): Promise<void> {
    this.#synced = this.#written;
    try {
      await syncLater(this.#fd);
    } catch (error) {
      // The system tells of lost bytes once: the fsync at the end would say that all is well.
      this.#fault ??= { error };
    }
    this.#syncing = null;
  }
}

function endOfPiece(chunks: readonly Buffer[], from: number): number {
  let to = from;
  for (let bytes = 0; to < chunks.length && bytes < PIECE_BYTES; to++) bytes += chunks[to]!.length;
  return to;
}

/** What is left of some chunks after so many bytes. */
function without(chunks: readonly Buffer[], bytes: number): Buffer[] {
  let left = bytes;
  let at = 0;
  while (at < chunks.length && chunks[at]!.length <= left) left -= chunks[at++]!.length;
  const rest = chunks.slice(at);
  if (left > 0) rest[0] = rest[0]!.subarray(left);
  return rest;
}
