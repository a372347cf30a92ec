import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const main = resolve(import.meta.dirname, '../../dist/src/cli/main.js');

/** One line of `--events`. */
export interface CliEvent {
  readonly event: string;
  readonly id?: string;
  readonly state?: string;
  readonly [field: string]: unknown;
}

/** The built program at work in a process of its own. */
export interface RunningCli {
  readonly child: ChildProcess;
  /** The whole lines of `--events` so far. */
  readonly events: () => readonly CliEvent[];
  /** What it has written so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves when it has ended: its exit code, or the signal that ended it. */
  readonly ended: Promise<{
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly stdout: string;
    readonly stderr: string;
  }>;
}

/** Starts the built program, or another copy of it. Throws when it has not been built. */
export function startCli(
  argv: readonly string[],
  at: { readonly cwd: string; readonly env: Record<string, string>; readonly program?: string; readonly input?: string },
): RunningCli {
  if (!existsSync(main)) throw new Error('These tests run the built program: npm run build');
  const child = spawn(process.execPath, [at.program ?? main, ...argv], {
    cwd: at.cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', ...at.env },
  });
  // A program that does not read has gone before this arrives.
  child.stdin.on('error', () => {});
  child.stdin.end(at.input ?? '');
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
  const events = (): readonly CliEvent[] =>
    stdout
      .slice(0, stdout.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as CliEvent);
  return { child, events, stdout: () => stdout, stderr: () => stderr, ended };
}
