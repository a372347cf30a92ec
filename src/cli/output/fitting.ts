import stringWidth from 'string-width';

/** The first text that fits into so many columns; else as much of the last as does. */
export function fitting(texts: readonly string[], columns: number): string {
  const last = texts.at(-1);
  if (last === undefined) return '';
  const found = texts.find((text) => stringWidth(text) <= columns);
  if (found !== undefined) return found;
  let cut = last;
  while (cut !== '' && stringWidth(cut) > columns - 1) cut = cut.slice(0, -1);
  return `${cut}…`;
}
