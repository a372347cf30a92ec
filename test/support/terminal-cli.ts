import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const main = resolve(import.meta.dirname, '../../dist/src/cli/main.js');

/** Python is there wherever better-sqlite3 was compiled; its pty makes a terminal of its own, with what is typed on its standard input. */
const IN_A_TERMINAL =
  'import os, pty, sys; status = pty.spawn(sys.argv[1:]); sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 255)';
/** A new pseudo-terminal has no columns. */
const SIZED = 'stty cols 100 rows 30 && exec "$@"';

/** The built program at a terminal of its own. */
export interface TerminalCli {
  /** What the terminal shows so far, without control characters. */
  readonly shown: () => string;
  /** Presses keys. */
  readonly type: (keys: string) => void;
  readonly ended: Promise<{ readonly code: number | null; readonly shown: string }>;
}

/** Starts the built program at a pseudo-terminal, as a person would see it. */
export function startAtTerminal(argv: readonly string[], at: { readonly cwd: string; readonly env: Record<string, string> }): TerminalCli {
  const child = spawn('python3', ['-c', IN_A_TERMINAL, 'sh', '-c', SIZED, 'sh', process.execPath, main, ...argv], {
    cwd: at.cwd,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH ?? '', TERM: 'xterm', ...at.env },
  });
  child.stdin.on('error', () => {});
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const shown = (): string => stripVTControlCharacters(text);
  const ended = once(child, 'close')
    .catch(withoutPython)
    .then(([code]) => ({ code: code as number | null, shown: shown() }));
  return { shown, type: (keys) => void child.stdin.write(keys), ended };
}

function withoutPython(cause: unknown): never {
  throw new Error('This test needs python3 for its pseudo-terminal, as the compilation of better-sqlite3 does', { cause });
}
