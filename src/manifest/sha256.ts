import { hash } from 'node:crypto';

/** sha-256 of a text or of bytes, hex: for rooms that are pure and are handed their hashing. */
export function sha256(text: string | Uint8Array): string {
  return hash('sha256', text);
}
