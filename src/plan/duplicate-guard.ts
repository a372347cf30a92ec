import type { Place } from '../values/problem.ts';

/** What a name is used for: each use has its own first place. */
export type NameUse = 'id' | 'output';

/** Slots of the index at first; it doubles. */
const FIRST_SLOTS = 1 << 12;
/** Numbers of an entry: three of the hash, then line and file of each use. */
const WIDTH = 7;
/** Where those of a use begin. */
const USED_AT: Readonly<Record<NameUse, number>> = { id: 3, output: 5 };
/** Entries of a block: blocks are added, so that growing never needs the room twice. */
const BLOCK = 1 << 13;

/**
 * Remembers where every name was first seen, in 28 bytes a name whatever its length, so that a million jobs fit into some tens of megabytes. An
 * output is mostly named like its job: then both are one entry, hashed once. Names are told apart by 96 bits of sha-256: two of a million that
 * differ and share them are not to be expected in the life of the universe.
 */
export class DuplicateGuard {
  readonly #sha256: (text: string) => string;
  readonly #files: string[] = [];
  #lastFile = -1;
  readonly #fileNumbers = new Map<string, number>();
  readonly #blocks: Uint32Array[] = [];
  /** Numbers of entries, from 1: 0 is a free slot. */
  #slots = new Uint32Array(FIRST_SLOTS);
  #count = 0;
  #name: string | null = null;
  readonly #hash = new Uint32Array(3);

  constructor(sha256: (text: string) => string) {
    this.#sha256 = sha256;
  }

  /** Where this name was seen before in this use, or null when it is new and now remembered. */
  claim(name: string, place: Place, use: NameUse): Place | null {
    this.#read(name);
    const slot = this.#slotOf(this.#hash[0]!, this.#hash[1]!, this.#hash[2]!);
    const number = this.#slots[slot] || this.#add(slot);
    const block = this.#blocks[Math.floor((number - 1) / BLOCK)]!;
    const at = ((number - 1) % BLOCK) * WIDTH + USED_AT[use];
    const file = block[at + 1]!;
    if (file !== 0) {
      const line = block[at]!;
      return { file: this.#files[file - 1]!, line: line === 0 ? null : line };
    }
    block[at] = place.line ?? 0;
    block[at + 1] = this.#fileNumber(place.file);
    return null;
  }

  #read(name: string): void {
    if (name === this.#name) return;
    this.#name = name;
    const hex = this.#sha256(name);
    for (let part = 0; part < 3; part++) this.#hash[part] = Number.parseInt(hex.slice(8 * part, 8 * part + 8), 16);
  }

  /** The slot that holds the entry of these numbers, or the free one where it belongs. */
  #slotOf(a: number, b: number, c: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = a & mask; ; slot = (slot + 1) & mask) {
      const number = slots[slot]!;
      if (number === 0) return slot;
      const block = this.#blocks[Math.floor((number - 1) / BLOCK)]!;
      const at = ((number - 1) % BLOCK) * WIDTH;
      if (block[at] === a && block[at + 1] === b && block[at + 2] === c) return slot;
    }
  }

  /** A new entry of the hash that was read last; its number. */
  #add(slot: number): number {
    if (this.#count % BLOCK === 0) this.#blocks.push(new Uint32Array(BLOCK * WIDTH));
    this.#blocks.at(-1)!.set(this.#hash, (this.#count % BLOCK) * WIDTH);
    this.#count++;
    this.#slots[slot] = this.#count;
    if (this.#count * 3 > this.#slots.length * 2) this.#grow();
    return this.#count;
  }

  #grow(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let number = 1; number <= this.#count; number++) {
      const first = this.#blocks[Math.floor((number - 1) / BLOCK)]![((number - 1) % BLOCK) * WIDTH]!;
      let slot = first & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number;
    }
    this.#slots = slots;
  }

  #fileNumber(file: string): number {
    if (this.#files[this.#lastFile] === file) return this.#lastFile + 1;
    let number = this.#fileNumbers.get(file);
    if (number === undefined) {
      number = this.#files.push(file);
      this.#fileNumbers.set(file, number);
    }
    this.#lastFile = number - 1;
    return number;
  }
}

const MEDIA_EXTENSION = /\.(?:png|jpe?g|webp|gif|avif|mp4|m4v|mov|webm|mkv|mp3|wav|glb)$/;

/** Stands for itself on every system, without an extension: most names. */
const FOLDED = /^[a-z0-9_/-]*$/;

/** The form in which the names of two outputs meet: the extension is added to a name that does not end with it already. */
export function foldOutput(name: string): string {
  return FOLDED.test(name) ? name : foldName(name).replace(MEDIA_EXTENSION, '');
}

/** The form in which two names meet on a file system that ignores case and composes characters. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
