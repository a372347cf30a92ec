import type { Place } from '../values/problem.ts';

/** Slots of the table at first; it doubles. */
const FIRST_SIZE = 1 << 12;
/** Numbers of a slot: three of the hash, the line, the file. */
const WIDTH = 5;

/**
 * Remembers where every name was first seen, in 20 bytes a name whatever its length, so that a million jobs fit into some tens of megabytes.
 * Names are told apart by 96 bits of sha-256: two of a million that differ and share them are not to be expected in the life of the universe.
 */
export class DuplicateGuard {
  readonly #sha256: (text: string) => string;
  readonly #files: string[] = [];
  readonly #fileNumbers = new Map<string, number>();
  #table = new Uint32Array(FIRST_SIZE * WIDTH);
  #mask = FIRST_SIZE - 1;
  #count = 0;

  constructor(sha256: (text: string) => string) {
    this.#sha256 = sha256;
  }

  /** Where this name was seen before, or null when it is new and now remembered. */
  claim(name: string, place: Place): Place | null {
    const hash = this.#sha256(name);
    // The file's number is kept from 1, so that a slot of zeros is free.
    const entry = [
      Number.parseInt(hash.slice(0, 8), 16),
      Number.parseInt(hash.slice(8, 16), 16),
      Number.parseInt(hash.slice(16, 24), 16),
      place.line ?? 0,
      this.#fileNumber(place.file),
    ] as const;
    const at = this.#find(entry);
    if (this.#table[at + 4] !== 0) {
      const line = this.#table[at + 3]!;
      return { file: this.#files[this.#table[at + 4]! - 1]!, line: line === 0 ? null : line };
    }
    this.#table.set(entry, at);
    this.#count++;
    if (this.#count * 3 > (this.#mask + 1) * 2) this.#grow();
    return null;
  }

  /** The offset of the entry, or of the free slot where it belongs. */
  #find(entry: ArrayLike<number>): number {
    for (let slot = entry[0]! & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * WIDTH;
      const table = this.#table;
      if (table[at + 4] === 0 || (table[at] === entry[0] && table[at + 1] === entry[1] && table[at + 2] === entry[2])) return at;
    }
  }

  #grow(): void {
    const before = this.#table;
    this.#mask = this.#mask * 2 + 1;
    this.#table = new Uint32Array((this.#mask + 1) * WIDTH);
    for (let at = 0; at < before.length; at += WIDTH) {
      if (before[at + 4] === 0) continue;
      const entry = before.subarray(at, at + WIDTH);
      this.#table.set(entry, this.#find(entry));
    }
  }

  #fileNumber(file: string): number {
    const known = this.#fileNumbers.get(file);
    if (known !== undefined) return known;
    this.#files.push(file);
    this.#fileNumbers.set(file, this.#files.length);
    return this.#files.length;
  }
}

const MEDIA_EXTENSION = /\.(?:png|jpe?g|webp|gif|avif|mp4|m4v|mov|webm|mkv|mp3|wav|glb)$/;

/** The form in which the names of two outputs meet: the extension is added to a name that does not end with it already. */
export function foldOutput(name: string): string {
  return foldName(name).replace(MEDIA_EXTENSION, '');
}

/** The form in which two names meet on a file system that ignores case and composes characters. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
