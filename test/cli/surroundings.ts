import { EventEmitter } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import type { Compose } from '../../src/cli/compose-context.ts';
import type { Nightshift } from '../../src/cli/nightshift.ts';
import { runCli } from '../../src/cli/run-cli.ts';

/** What a command left behind. */
export interface Left {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where a command runs: everything has a default that a script without a terminal would have. */
export interface Place {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly terminal?: boolean;
  /** Standard input, where it is not as the rest: `yes | nightshift run`. */
  readonly typing?: boolean;
  /** What is typed, when `terminal`. */
  readonly typed?: string;
  readonly compose?: Compose;
  readonly engine?: Partial<Nightshift>;
  /** Called with the process's signals once the engine is built. */
  readonly signals?: EventEmitter;
}

/** A stream that remembers what it was given. */
export class Capture extends Writable {
  text = '';
  readonly isTTY: boolean;
  columns: number;
  readonly rows = 24;

  constructor(isTTY = false, columns = 100) {
    super();
    this.isTTY = isTTY;
    this.columns = columns;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** Runs one command line in this process, with an engine that answers what the test says. */
export async function cli(argv: readonly string[], place: Place = {}): Promise<Left> {
  const stdout = new Capture(place.terminal);
  const stderr = new Capture(place.terminal);
  const stdin = Object.assign(new PassThrough(), { isTTY: place.typing ?? place.terminal === true });
  if (place.typed !== undefined) stdin.write(place.typed);
  const engine = { close: () => Promise.resolve(), ...place.engine } as Nightshift;
  const code = await runCli({
    argv,
    env: place.env ?? {},
    cwd: place.cwd ?? '/',
    stdin,
    stdout,
    stderr,
    signals: place.signals ?? new EventEmitter(),
    leave: () => {},
    compose: place.compose ?? (() => Promise.resolve(engine)),
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}
