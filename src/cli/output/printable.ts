// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what this file is about

/** Control characters besides tab and newline, and the marks that turn text around, which make a name look like another. */
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
/** Those that JSON does not escape by itself. */
const BEYOND_ASCII = /[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const COLOUR = /\u001b\[[0-9;]*m/g;

/** Text from outside (a prompt, a provider's message) made safe for a terminal: no escape sequences, nothing invisible. */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(UNPRINTABLE, '');
}

/** JSON text that holds no such character either, not even those that JSON allows: each is written as its escape, so that nothing is lost. */
export function printableJson(json: string): string {
  return json.replace(BEYOND_ASCII, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** As `printable`, but the colours that we set ourselves may stay. */
export function printableInColour(text: string): string {
  let made = '';
  let end = 0;
  for (const code of text.matchAll(COLOUR)) {
    made += printable(text.slice(end, code.index)) + code[0];
    end = code.index + code[0].length;
  }
  return made + printable(text.slice(end));
}
