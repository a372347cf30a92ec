import type { TransformCallback } from 'node:stream';
import { type Options, Parser } from 'csv-parse';

/** A record of a table as the parser gives it. */
export interface ParsedRecord {
  readonly record: readonly string[];
  /** The line on which it ends. */
  readonly endLine: number;
}

/** Batches that wait to be read: each holds the records of one chunk of the file. */
const BATCHES_AHEAD = 1;

/**
 * csv-parse, with all records of a chunk handed on as one array: a turn of the stream for each costs as much as parsing it. The lines are taken
 * from its `info` as it stands; its option `info`, and what `on_record` is given, would copy the whole of it for every record.
 */
export class RecordParser extends Parser {
  /** The line on which the last record ended, or what was skipped. */
  lastLine = 0;
  #records: ParsedRecord[] = [];

  constructor(options: Options) {
    const streamed = { ...options, readableHighWaterMark: BATCHES_AHEAD };
    super(streamed);
  }

  override push(record: readonly string[] | readonly ParsedRecord[] | null): boolean {
    if (record === null) return super.push(null);
    const endLine = this.info.lines;
    this.lastLine = endLine;
    this.#records.push({ record: record as readonly string[], endLine });
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
}
