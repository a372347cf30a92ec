import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const repository = resolve(import.meta.dirname, '../..');
const failpoints = pathToFileURL(join(import.meta.dirname, 'failpoints.mjs')).href;

/** How a process of the program ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built program at work in a process of its own. */
export interface Life {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly ended: Promise<Ended>;
}

/** How a life differs from a plain one. */
export interface LifeOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Dies at this failpoint: `AttemptStore.accept:before#3`. */
  readonly killAt?: string;
  /** Says every failpoint that it passes on its standard error. */
  readonly trace?: boolean;
  /** The program that runs node, and its arguments: strace. */
  readonly under?: readonly string[];
}

/** A private copy of the built program: it can be patched, and nothing that is built meanwhile changes it. */
export class Program {
  readonly folder: string;

  constructor() {
    const built = join(repository, 'dist');
    if (!existsSync(join(built, 'src/cli/main.js'))) throw new Error('These tests run the built program: npm run build');
    this.folder = mkdtempSync(join(tmpdir(), 'nightshift-program-'));
    cpSync(built, join(this.folder, 'dist'), { recursive: true, filter: (path) => !path.endsWith('.d.ts') });
    for (const name of ['node_modules', 'package.json']) symlinkSync(join(repository, name), join(this.folder, name));
  }

  /** The path of one of its files: `src/queue/attempt-store.js`. */
  file(name: string): string {
    return join(this.folder, 'dist', name);
  }

  start(argv: readonly string[], options: LifeOptions): Life {
    const hooked = options.killAt !== undefined || options.trace === true;
    const node = [process.execPath, ...(hooked ? ['--import', failpoints] : []), this.file('src/cli/main.js'), ...argv];
    const [command, ...args] = [...(options.under ?? []), ...node];
    const child = spawn(command!, args, {
      cwd: options.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH ?? '',
        NO_COLOR: '1',
        ...(options.killAt !== undefined && { CRASH_AT: options.killAt }),
        ...(options.trace && { CRASH_TRACE: '1' }),
        ...options.env,
      },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const ended = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout,
      stderr,
    }));
    return { child, stdout: () => stdout, ended };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
