import { isSafeNumber, parse } from 'lossless-json';
import type { Json } from '../values/json.ts';

/** Only a run of so many digits can be an integer that a double does not hold. */
const LONG_INTEGER = /\d{16}/;

/**
 * The JSON in a text; undefined when it is none. An integer beyond 2^53 becomes a string of its digits instead of
 * another number: it is an id or a seed, and must come back as it was.
 */
export function parseJson(text: string): Json | undefined {
  try {
    const plain = JSON.parse(text) as Json;
    if (!LONG_INTEGER.test(text)) return plain;
    // Duplicate keys: the last one wins, as it does everywhere else.
    return parse(text, undefined, { parseNumber: exactNumber, onDuplicateKey: ({ newValue }) => newValue }) as Json;
  } catch {
    return undefined;
  }
}

function exactNumber(text: string): number | string {
  const integer = /^-?\d+$/.test(text);
  return integer && !isSafeInteger(text) ? text : Number(text);
}

function isSafeInteger(text: string): boolean {
  return isSafeNumber(text) && Number.isSafeInteger(Number(text));
}
