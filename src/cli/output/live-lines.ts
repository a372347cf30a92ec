import { Writable } from 'node:stream';
import { createLogUpdate } from 'log-update';
import stringWidth from 'string-width';
import { wrapped } from './wrapped.ts';

/** A terminal, or what stands for one. It says `resize` when its window was resized. */
export interface TerminalStream extends Writable {
  readonly columns: number;
  readonly rows: number;
}

/** A picture is held back until it is whole by terminals that know how; its lines are never broken, also when the window was narrowed just now. */
const BEGIN = '\x1b[?2026h\x1b[?7l';
const END = '\x1b[?7h\x1b[?2026l';
const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';

/** Some lines at the end of a terminal that are drawn again and again, and other text above them. */
export class LiveLines {
  readonly #terminal: TerminalStream;
  /** log-update writes here, and the terminal gets it in one piece. */
  readonly #picture: Writable & { columns: number; rows: number };
  readonly #draw: ReturnType<typeof createLogUpdate>;
  #pieces = HIDE_CURSOR;
  #shown: readonly string[] = [];
  /** Whoever leaves at once would leave the terminal without a cursor. */
  readonly #giveCursorBack = (): void => void this.#terminal.write(SHOW_CURSOR);

  constructor(terminal: TerminalStream) {
    this.#terminal = terminal;
    const write = (piece: string, _encoding: BufferEncoding, done: () => void): void => {
      this.#pieces += piece;
      done();
    };
    const { columns, rows } = terminal;
    this.#picture = Object.assign(new Writable({ decodeStrings: false, write }), { columns, rows });
    // The cursor is ours: log-update's way to hide it goes past this stream, and listens to signals.
    this.#draw = createLogUpdate(this.#picture, { showCursor: true });
    process.on('exit', this.#giveCursorBack);
  }

  /** Shows other lines, none of them wider than the terminal, and what is new above them. */
  show(lines: readonly string[], above?: string): void {
    const { columns, rows } = this.#terminal;
    if (columns !== this.#picture.columns) this.#takeAway(columns);
    Object.assign(this.#picture, { columns, rows });
    // log-update 7.2 takes equal lines at the end for untouched, also where lines before them came or went.
    if (above !== undefined || lines.length !== this.#shown.length) this.#draw.clear();
    if (above !== undefined) this.#picture.write(`${wrapped(above, columns)}\n`);
    // Some terminals drop a line without a character when they break lines anew.
    this.#draw(lines.map((line) => line || ' ').join('\n'));
    this.#shown = lines;
    this.#send();
  }

  /** Leaves the lines as they are, and the terminal to whoever comes next. */
  end(): void {
    this.#draw.done();
    this.#pieces += SHOW_CURSOR;
    this.#send();
    process.off('exit', this.#giveCursorBack);
  }

  /** The terminal has broken our lines anew for its new width: they take other rows than log-update drew. */
  #takeAway(columns: number): void {
    const rows = this.#shown.reduce((sum, line) => sum + Math.max(1, Math.ceil(stringWidth(line) / columns)), 0);
    // Line by line: tmux moves what is erased from the top of the screen to its end into the history.
    this.#picture.write(`${'\x1b[1A\x1b[2K'.repeat(rows)}\r`);
    this.#draw.done();
  }

  #send(): void {
    if (this.#pieces !== '') this.#terminal.write(`${BEGIN}${this.#pieces}${END}`);
    this.#pieces = '';
  }
}
