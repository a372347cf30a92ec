import { Writable } from 'node:stream';
import xterm from '@xterm/headless';

/** A terminal (xterm.js, without a window): tests look at what a person sees, and not at what was written to make them see it. */
export class Screen extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  /** Everything that was written, a piece each time. */
  readonly pieces: string[] = [];
  readonly #terminal: InstanceType<typeof xterm.Terminal>;

  constructor(columns = 80, rows = 24) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
    // As the kernel's terminal does it: a new line begins at the left.
    this.#terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, convertEol: true, allowProposedApi: true });
  }

  override _write(piece: string, _encoding: BufferEncoding, done: () => void): void {
    this.pieces.push(piece);
    this.#terminal.write(piece, done);
  }

  /** As the window manager does it: the terminal breaks its lines anew, then the program is told. */
  async resize(columns: number, rows = this.rows): Promise<void> {
    await this.#shown();
    this.#terminal.resize(columns, rows);
    this.columns = columns;
    this.rows = rows;
    this.emit('resize');
  }

  /** What can be read, with what was scrolled away above it, without empty lines at its end. */
  async text(): Promise<string> {
    await this.#shown();
    const { active } = this.#terminal.buffer;
    const lines = Array.from({ length: active.length }, (_, at) => active.getLine(at)?.translateToString(true) ?? '');
    return lines.join('\n').trimEnd();
  }

  async lines(): Promise<readonly string[]> {
    return (await this.text()).split('\n');
  }

  #shown(): Promise<void> {
    return new Promise((resolve) => this.write('', () => resolve()));
  }
}
