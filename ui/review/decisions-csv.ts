import { stringify } from 'csv-stringify/browser/esm/sync';
import type { ReviewDecision, ReviewOutput } from '../../src/review/review-view.ts';

/** As the program's `escapeFormula`: what a spreadsheet would run gets an apostrophe. A test holds both files against each other. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: tab, CR, LF and NUL are what is looked for
const FORMULA = /^'*(?:[\t\r\n\u0000]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/;

/** The same file that the program writes: a row for every output about which something was said. */
export function decisionsCsv(outputs: readonly ReviewOutput[], of: (output: number) => ReviewDecision): string {
  const rows = outputs.flatMap(({ output, job, attempt, path }) => {
    const { decision, star, note, prompt } = of(output);
    if (decision === null && !star && note === null && prompt === null) return [];
    return [[job, attempt, path, decision, star ? 'yes' : null, note, prompt]];
  });
  return stringify([['id', 'attempt', 'output', 'decision', 'star', 'note', 'prompt'], ...rows], {
    // As the program's: a bare line break in a cell would be the end of its row to others.
    record_delimiter: '\r\n',
    quoted_match: /[\r\n]/,
    cast: { string: (text: string) => (FORMULA.test(text) ? `'${text}` : text) },
  });
}
