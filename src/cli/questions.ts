import { createInterface, type Interface } from 'node:readline';
import type { Terminal } from './confirm-spend.ts';
import { UsageError } from './usage-error.ts';

/** Questions to the person at the terminal, one after the other. To be closed. */
export class Questions {
  readonly #terminal: Terminal;
  #reader: Interface | null = null;
  /** Lines that came before they were asked for: pasted, or typed ahead. */
  readonly #lines: string[] = [];
  #waiting: ((line: string | null) => void) | null = null;
  #ended = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Asks for one of several words, by its number or its name; an empty answer is the first. Throws a UsageError when the person leaves. */
  async choose(question: string, choices: readonly string[]): Promise<string> {
    const { output } = this.#terminal;
    output.write([question, ...choices.map((choice, at) => `  ${at + 1}  ${choice}`), ''].join('\n'));
    for (;;) {
      const answer = (await this.#line('[1] ')).trim();
      if (answer === '') return choices[0] ?? '';
      const chosen = choices.find((choice) => choice === answer) ?? (/^\d{1,3}$/.test(answer) ? choices[Number(answer) - 1] : undefined);
      if (chosen !== undefined) return chosen;
      output.write(`A number from 1 to ${choices.length}, or the name.\n`);
    }
  }

  close(): void {
    this.#reader?.close();
  }

  async #line(prompt: string): Promise<string> {
    this.#reader ??= this.#open();
    this.#reader.setPrompt(prompt);
    this.#reader.prompt();
    const line =
      this.#lines.shift() ??
      (this.#ended
        ? null
        : await new Promise<string | null>((resolve) => {
            this.#waiting = resolve;
          }));
    if (line !== null) return line;
    throw new UsageError('Nothing was chosen and nothing was written.');
  }

  #open(): Interface {
    const { input, output } = this.#terminal;
    const reader = createInterface({ input, output, terminal: true });
    const hand = (line: string | null): void => {
      const waiting = this.#waiting;
      this.#waiting = null;
      if (waiting) waiting(line);
      else if (line !== null) this.#lines.push(line);
    };
    reader.on('line', hand);
    // Ctrl-C and Ctrl-D.
    reader.once('SIGINT', () => reader.close());
    reader.once('close', () => {
      this.#ended = true;
      hand(null);
    });
    return reader;
  }
}
