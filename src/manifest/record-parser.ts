import type { TransformCallback } from 'node:stream';
import { type CsvError, type Options, Parser } from 'csv-parse';
import { MAX_RECORD_BYTES, type RecordFault } from './record-fault.ts';
import { breaksIn, RecordLines } from './record-lines.ts';

/** A record of a table as the parser gives it. */
export interface ParsedRecord {
  readonly record: readonly string[];
  /** The line on which it begins. */
  readonly line: number;
  /** What is wrong with it: its cells are then not to be trusted. */
  readonly fault: RecordFault | null;
}

/** Where csv-parse is in a file, as it stands: its types do not tell of it. */
interface ParserState {
  quoting: boolean;
  recordHasError: boolean;
  readonly record: readonly string[];
  readonly field: { toString(encoding: 'utf8'): string };
}

/** Batches that wait to be read: each holds the records of one chunk of the file. */
const BATCHES_AHEAD = 1;

/**
 * csv-parse, with all records of a chunk handed on as one array: a turn of the stream for each costs as much as parsing it. The lines are taken
 * from its `info` as it stands; its option `info`, and what `on_record` is given, would copy the whole of it for every record. Broken records
 * stand in the array in their turn, so that a fault of the header is known before those of the rows.
 */
export class RecordParser extends Parser {
  declare readonly state: ParserState;
  readonly #lines = new RecordLines();
  #records: ParsedRecord[] = [];
  #fault: RecordFault | null = null;

  constructor(options: Options) {
    const streamed = { ...options, max_record_size: MAX_RECORD_BYTES, skip_records_with_error: true, readableHighWaterMark: BATCHES_AHEAD };
    super(streamed);
    this.on('skip', (error: CsvError | undefined) => {
      if (error) this.#broken(error);
    });
  }

  override push(record: readonly string[] | readonly ParsedRecord[] | null): boolean {
    if (record === null) return super.push(null);
    const cells = record as readonly string[];
    this.#records.push({ record: cells, line: this.#lines.ended(cells, this.info), fault: this.#fault });
    this.#fault = null;
    return true;
  }

  override _transform(chunk: Buffer, encoding: BufferEncoding, done: TransformCallback): void {
    super._transform(chunk, encoding, this.#handingOn(done));
  }

  override _flush(done: TransformCallback): void {
    super._flush(this.#handingOn(done));
  }

  #handingOn(done: TransformCallback): TransformCallback {
    return (error) => {
      if (this.#records.length > 0) super.push(this.#records);
      this.#records = [];
      done(error);
    };
  }

  #broken(error: CsvError): void {
    const { state } = this;
    switch (error.code) {
      case 'INVALID_OPENING_QUOTE':
        this.#fault ??= this.#faultHere('mark in a cell', 'its line');
        break;
      case 'CSV_INVALID_CLOSING_QUOTE':
        this.#fault = { ...(this.#fault ?? this.#faultHere('mark in a cell', 'perhaps its line')), end: 'perhaps its line' };
        // Left to itself the parser takes all up to the next quotation mark for one cell, however many rows that are.
        state.quoting = false;
        break;
      default: {
        const kind = error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'quote not closed' : 'too large';
        const fault = this.#fault ?? this.#faultHere(kind, 'unknown');
        this.#records.push({ record: [], line: this.#lines.begin(this.info), fault: { ...fault, end: 'unknown' } });
        return;
      }
    }
    // The record is wanted all the same: how many cells and lines it has tells where the next begins.
    state.recordHasError = false;
  }

  #faultHere(kind: RecordFault['kind'], end: RecordFault['end']): RecordFault {
    const { record, field, quoting } = this.state;
    const line = this.#lines.begin(this.info) + breaksIn(record);
    return { kind, line, seenOn: line + breaksIn([field.toString('utf8')]), quoted: quoting, end };
  }
}
