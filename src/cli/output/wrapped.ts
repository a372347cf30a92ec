import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** Text for people, its lines broken between words, and what follows as far in as they began: a terminal breaks them anywhere. */
export function wrapped(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => (stringWidth(line) <= columns ? line : broken(line, columns)))
    .join('\n');
}

function broken(line: string, columns: number): string {
  const words = line.trimStart();
  const before = line.slice(0, Math.min(line.length - words.length, columns - 1));
  return wrapAnsi(words, columns - before.length, { hard: true })
    .split('\n')
    .map((piece) => before + piece)
    .join('\n');
}
