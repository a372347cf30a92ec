import type { ByteSource } from '../byte-source.ts';

/**
 * Follows a file's own structure to its end. Null: it is whole. Otherwise what is missing or broken, for a message.
 * Bytes after the end that the format itself names are no fault: programs append things.
 */
export type StructureCheck = (file: ByteSource) => Promise<string | null>;

/** The message for a file that stops in the middle. */
export function endsInside(what: string, file: ByteSource): string {
  return `it ends after ${file.size} bytes, inside ${what}`;
}
