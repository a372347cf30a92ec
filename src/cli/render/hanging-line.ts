import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** A line broken between words at `width` columns. What goes on below stands under the text behind a word and two spaces (`New      a: ...`), else two in. */
export function hangingLine(line: string, width: number): string {
  const head = /^\S+ {2,}/.exec(line)?.[0] ?? '';
  const indent = head.length || 2;
  if (stringWidth(line) <= width || width < indent + 20) return line;
  return head + wrapAnsi(line.slice(head.length), width - indent).replaceAll('\n', `\n${' '.repeat(indent)}`);
}
