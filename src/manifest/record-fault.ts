/** One record may not be larger: beyond it a quote was left open, not a prompt written. docs/manifest.md says it, too. */
export const MAX_RECORD_BYTES = 1024 * 1024;

/** What is wrong with a record: the first fault that was found in it. */
export interface RecordFault {
  readonly kind: 'mark in a cell' | 'quote not closed' | 'too large';
  /** Where the cell begins. */
  readonly line: number;
  /** Where the fault was seen: further down where the cell has several lines. */
  readonly seenOn: number;
  /** Whether the cell is in quotes. */
  readonly quoted: boolean;
  /** How far the record goes: to the end of its line, as far as can be told (a quoted cell may have several), or nobody knows. */
  readonly end: 'its line' | 'perhaps its line' | 'unknown';
}

/** To be put behind a fault after which nothing can be trusted. */
export const BELOW_UNREAD = '; what comes below could not be read because of it';

export function describeFault({ kind, line, seenOn, quoted }: RecordFault): string {
  if (kind === 'too large') {
    const advice = quoted ? 'the cell that begins here is in quotes: probably its quote is never closed' : 'shorten it';
    return `a record of more than ${MAX_RECORD_BYTES} bytes, which is the limit (1 MiB); ${advice}`;
  }
  if (kind === 'quote not closed') return 'a quote is opened here and never closed; double a quotation mark that belongs to the text ("")';
  if (seenOn === line) return 'a quotation mark inside a cell; put the whole cell in quotes and double the mark ("")';
  return `a quote is opened here, and the next quotation mark, on line ${seenOn}, is followed by text; close the quote, or double the mark that belongs to the text ("")`;
}
