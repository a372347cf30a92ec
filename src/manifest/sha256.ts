import { hash } from 'node:crypto';

/** sha-256 of a text, hex: for rooms that are pure and are handed their hashing. */
export function sha256(text: string): string {
  return hash('sha256', text);
}
