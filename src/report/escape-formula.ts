/**
 * What a spreadsheet would run: `= + - @` (full width too, as Excel takes them), after quotes or blanks that it drops, and the control
 * characters that end up in front of them (OWASP, "CSV Injection").
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: tab, CR, LF and NUL are what is looked for
const FORMULA = /^'*(?:[\t\r\n\u0000]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/;

/**
 * A text cell that no spreadsheet takes for a formula: an apostrophe goes in front of one that it would. The apostrophe can be taken off
 * again without loss, since a text that already begins with apostrophes and a formula gets one too.
 */
export function escapeFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The text as it was before `escapeFormula`. */
export function unescapeFormula(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
}
