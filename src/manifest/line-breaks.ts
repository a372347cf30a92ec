export const LF = 0x0a;
export const CR = 0x0d;

/** How many lines end in a text: LF, CRLF and CR each end one, as in an editor. */
export function lineBreaks(text: string): number {
  return text.match(/\r\n?|\n/g)?.length ?? 0;
}

/** The same of bytes, without making a text of them: every chunk of a large file is counted. */
export function lineBreaksInBytes(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) count++;
  for (let at = bytes.indexOf(CR); at !== -1; at = bytes.indexOf(CR, at + 1)) if (bytes[at + 1] !== LF) count++;
  return count;
}
