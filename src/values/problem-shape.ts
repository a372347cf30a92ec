import type { Problem } from './problem.ts';

const LONGEST = 500;

/**
 * What one mistake has in common over many rows: the file, the field without its indexes, and the message without the words in quotes and the
 * numbers that differ from row to row.
 */
export function problemShape({ file, field, message }: Problem): string {
  const place = field.replace(/\[\d+\]/g, '[]');
  return `${file}\0${place}\0${message.slice(0, LONGEST).replace(/"[^"]*"|\d+/g, '')}`;
}
