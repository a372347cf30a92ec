import { lineBreaks } from './line-breaks.ts';

/** What csv-parse counts. Its `lines` takes a CRLF inside quotes for two, so that it only tells whether a record has one line. */
export interface CountedLines {
  readonly lines: number;
  /** How many empty lines were left out so far. */
  readonly empty_lines: number;
}

/** Where the records of a table stand, in lines of the file as an editor counts them. */
export class RecordLines {
  /** The line on which the last record ended. */
  #end = 0;
  #counted = 0;
  #empty = 0;

  /** Where the record begins that is being read: behind the last one and the empty lines since. */
  begin(info: CountedLines): number {
    return this.#end + 1 + info.empty_lines - this.#empty;
  }

  /** To be told of every record as it ends; says where it began. */
  ended(record: readonly string[], info: CountedLines): number {
    const begin = this.begin(info);
    const oneLine = info.lines - this.#counted === begin - this.#end;
    this.#end = oneLine ? begin : begin + breaksIn(record);
    this.#counted = info.lines;
    this.#empty = info.empty_lines;
    return begin;
  }
}

/** The line ends inside the cells of a record. */
export function breaksIn(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + lineBreaks(cell), 0);
}
