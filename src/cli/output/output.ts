import type { Writable } from 'node:stream';
import picocolors from 'picocolors';
import type { RedactingStream } from '../secrets/redacting-stream.ts';
import { printable, printableInColour, printableJson } from './printable.ts';
import type { Progress } from './progress.ts';
import { wrapped } from './wrapped.ts';

/** What standard output carries. */
export type OutputMode = 'text' | 'json' | 'events';

/** How a command may speak. */
export interface OutputOptions {
  readonly stdout: RedactingStream;
  readonly stderr: RedactingStream;
  readonly mode: OutputMode;
  /** Only warnings and errors on standard error. */
  readonly quiet: boolean;
  /** Whether the terminal behind each stream takes colours. */
  readonly color: { readonly stdout: boolean; readonly stderr: boolean };
  /** For files that a command writes itself. */
  redact(text: string): string;
}

/**
 * The voice of every command. Standard output carries data only: one JSON document, events, or the table that was
 * asked for. Everything for people goes to standard error, above the progress display while there is one.
 */
export class Output {
  readonly mode: OutputMode;
  readonly quiet: boolean;
  /** Colours of standard error, or their identity where none are wanted. */
  readonly colors: ReturnType<typeof picocolors.createColors>;
  /** The same of standard output. */
  readonly dataColors: ReturnType<typeof picocolors.createColors>;
  /** Replaces every known secret: for files that a command writes itself. */
  readonly redact: (text: string) => string;
  readonly #options: OutputOptions;
  #progress: Progress | null = null;

  constructor(options: OutputOptions) {
    this.#options = options;
    this.mode = options.mode;
    this.quiet = options.quiet;
    this.colors = picocolors.createColors(options.color.stderr);
    this.dataColors = picocolors.createColors(options.color.stdout);
    this.redact = options.redact;
  }

  /** The document of a command: the whole output under `--json`, the `done` event under `--events`, nothing otherwise. */
  async document(document: object): Promise<void> {
    if (this.mode === 'json') await this.#data(`${json(document, 2)}\n`);
    if (this.mode === 'events') await this.event('done', document);
  }

  /** A document with one long list, written item by item: a million jobs never stand in memory at once. Under `--events` one `done`. */
  async listDocument(head: object, name: string, items: Iterable<object> | AsyncIterable<object>): Promise<void> {
    if (this.mode === 'json') {
      await this.#data(`${json(head).slice(0, -1)}${Object.keys(head).length === 0 ? '' : ','}${json(name)}:[`);
      let separator = '\n';
      for await (const item of items) {
        await this.#data(separator + json(item));
        separator = ',\n';
      }
      await this.#data('\n]}\n');
    }
    if (this.mode === 'events') await this.event('done', head);
  }

  /** One line of NDJSON under `--events`; nothing otherwise. */
  async event(name: string, fields: object): Promise<void> {
    if (this.mode === 'events') await this.#data(`${json({ event: name, ...fields })}\n`);
  }

  /** Text that was asked for (a table, a report in another format); nothing when the output is JSON. */
  async text(text: string): Promise<void> {
    if (this.mode === 'text') await this.#data(`${safe(text, this.dataColors.isColorSupported)}\n`);
  }

  /** A file's content as it is, whatever the mode: `report --format csv`. On a terminal nothing in it may be obeyed. */
  async raw(text: string): Promise<void> {
    await this.#data(this.#options.stdout.isTTY ? safe(text, this.dataColors.isColorSupported) : text);
  }

  /** For people; silent under `--quiet`. */
  note(text: string): void {
    if (!this.quiet) this.#people(text);
  }

  /** For people, also under `--quiet`. */
  warn(text: string): void {
    this.#people(`${this.colors.yellow('warning:')} ${text}`);
  }

  /** For people, also under `--quiet`. */
  error(text: string): void {
    this.#people(`${this.colors.red('error:')} ${text}`);
  }

  /** Starts the progress display; notes are written above it until it is stopped. Silent under `--quiet`. */
  async startProgress(): Promise<Progress> {
    // Most commands show none, and what draws it takes as long to load as Node itself.
    const { createProgress } = await import('./progress.ts');
    this.#progress?.stop();
    const shown = createProgress({ stream: this.#options.stderr, isTTY: this.#options.stderr.isTTY, silent: this.quiet });
    const progress: Progress = {
      update: shown.update,
      // Before lines are broken: a key in two pieces would not be known for one.
      log: (line) => shown.log(this.redact(line)),
      stop: () => {
        if (this.#progress === progress) this.#progress = null;
        shown.stop();
      },
    };
    this.#progress = progress;
    return progress;
  }

  /** Resolves when everything written so far has left, and takes nothing more: the last thing before the process ends. */
  async end(): Promise<void> {
    this.#progress?.stop();
    await Promise.all([ended(this.#options.stdout), ended(this.#options.stderr)]);
  }

  #people(text: string): void {
    const line = safe(text, this.colors.isColorSupported);
    const { stderr } = this.#options;
    if (this.#progress) this.#progress.log(line);
    // A key in two pieces would not be known for one: see `startProgress`.
    else stderr.write(`${stderr.isTTY ? wrapped(this.redact(line), stderr.columns) : line}\n`);
  }

  #data(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#options.stdout.write(text, (error) => (error ? reject(error) : resolve()));
    });
  }
}

/** Nothing that moves the cursor; our own colours where there are any. */
function safe(text: string, inColour: boolean): string {
  return inColour ? printableInColour(text) : printable(text);
}

function json(value: object | string, indent?: number): string {
  return printableJson(JSON.stringify(value, null, indent));
}

function ended(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    stream.once('error', () => resolve());
    stream.end(() => resolve());
  });
}
