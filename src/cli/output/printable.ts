// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what this file is about

/** Control characters besides tab and newline, and the marks that turn text around, which make a name look like another. */
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const COLOUR = /\u001b\[[0-9;]*m/g;

/** Text from outside (a prompt, a provider's message) made safe for a terminal: no escape sequences, nothing invisible. */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(UNPRINTABLE, '');
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

/** One line: newlines and tabs become spaces. For cells of tables and lines of lists. */
export function oneLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}
