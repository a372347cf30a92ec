import { stripVTControlCharacters } from 'node:util';

/** C0 and C1 controls, DEL, line and paragraph separators, zero-width and bidirectional controls, the byte order mark. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Untrusted text (prompts, ids, messages of an API) as one line that is safe on a terminal: escape sequences and control characters
 * are taken out, so that it can neither move the cursor, colour, retitle nor reverse what stands beside it; line breaks and tabs become a space.
 * Joiners stay, since emoji and several scripts need them.
 */
export function escapeTerminal(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
    .replace(CONTROLS, '')
    .trim();
}
