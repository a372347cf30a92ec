import { Writable } from 'node:stream';

/** Keeps what was written, and hands on every whole line. */
export class Lines extends Writable {
  text = '';
  readonly isTTY = false;
  readonly columns = 100;
  readonly rows = 24;
  #rest = '';
  readonly #onLine: (line: string) => void;

  constructor(onLine: (line: string) => void) {
    super();
    this.#onLine = onLine;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const text = chunk.toString();
    this.text += text;
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#onLine(line);
    done();
  }
}
