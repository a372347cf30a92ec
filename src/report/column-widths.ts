import stringWidth from 'string-width';

/** Narrowest a column of words gets before columns of numbers have to give. */
const WORDS_MIN = 10;
const MIN = 3;

/**
 * Widths of a table's columns so that all of them with `gap` blanks between fit into `width`: as wide as their content where that fits,
 * otherwise the widest columns of words give first, since numbers that break over two lines are misread.
 */
export function columnWidths(rows: readonly (readonly string[])[], numeric: readonly boolean[], width: number, gap: number): number[] {
  const widths = numeric.map((_, index) => Math.max(MIN, ...rows.map((row) => stringWidth(row[index] ?? ''))));
  const room = width - gap * (widths.length - 1);
  let over = widths.reduce((sum, each) => sum + each, 0) - room;
  while (over > 0) {
    const index =
      widest(widths, (at) => numeric[at] === false && (widths[at] ?? 0) > WORDS_MIN) ?? widest(widths, (at) => (widths[at] ?? 0) > MIN);
    if (index === null) break;
    widths[index] = (widths[index] ?? 0) - 1;
    over -= 1;
  }
  return widths;
}

function widest(widths: readonly number[], may: (index: number) => boolean): number | null {
  let found: number | null = null;
  for (const [index, width] of widths.entries()) {
    if (may(index) && (found === null || width > (widths[found] ?? 0))) found = index;
  }
  return found;
}
