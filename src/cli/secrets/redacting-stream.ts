import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Redactor } from './redactor.ts';

/** A stream that people or programs read: a terminal, a pipe, a file. */
export interface Sink extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/**
 * The only way to standard output and standard error: every byte passes the redactor, also when a secret is split
 * over several writes. What may be the beginning of a secret waits for the next write or the end.
 * A reader that has gone away (`| head`) ends the writing, not the work; so does a full disk behind `> file`, which is told at the end.
 */
export class RedactingStream extends Writable {
  readonly #sink: Sink;
  readonly #redactor: Redactor;
  readonly #decoder = new StringDecoder('utf8');
  #held = '';
  #gone = false;
  #failure: Error | null = null;

  constructor(sink: Sink, redactor: Redactor) {
    super({ decodeStrings: false });
    this.#sink = sink;
    this.#redactor = redactor;
    sink.on('error', (error) => this.#giveUp(error));
    sink.on('resize', () => this.emit('resize'));
  }

  /** Why not everything that was written has arrived; null when it has, and when its reader left. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** As the sink has it, so that progress bars and colours know what they write to. */
  get isTTY(): boolean {
    return this.#sink.isTTY === true;
  }

  get columns(): number {
    return this.#sink.columns ?? 80;
  }

  get rows(): number {
    return this.#sink.rows ?? 24;
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const text = this.#held + (typeof chunk === 'string' ? chunk : this.#decoder.write(chunk));
    const open = this.#redactor.openEnd(text);
    this.#held = text.slice(text.length - open);
    this.#pass(text.slice(0, text.length - open), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    const text = this.#held + this.#decoder.end();
    this.#held = '';
    this.#pass(text, done);
  }

  #pass(text: string, done: (error?: Error | null) => void): void {
    if (this.#gone || text === '') {
      done();
      return;
    }
    // The callback, and not the return value, says that the bytes have left: nothing is truncated on a slow pipe.
    this.#sink.write(this.#redactor.redact(text), (error) => {
      if (error) this.#giveUp(error);
      done();
    });
  }

  /** An error here would end the process, with paid answers on their way. */
  #giveUp(error: NodeJS.ErrnoException): void {
    this.#gone = true;
    if (error.code !== 'EPIPE') this.#failure ??= error;
  }
}
