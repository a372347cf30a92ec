import { spawn } from 'node:child_process';
import type { EndNotice } from './end-notice.ts';

/** So much of what a command complains about is passed on. */
const MOST_WORDS = 500;
/** Its last words may come after its end. */
const LAST_WORDS_MS = 200;

/**
 * Runs a command line of the user's own in a shell when a run has ended. What it is told comes on its standard input, as JSON, and in
 * variables: nothing of it is ever part of the command line. Resolves to what went wrong; null when nothing did. Its output goes nowhere, since ours carries data.
 */
export function runNotifyCommand(
  command: string,
  notice: EndNotice,
  order: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly limitMs: number;
    readonly json: string;
  },
): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(command, {
      shell: true,
      cwd: order.cwd,
      env: { ...order.env, ...variablesOf(notice) },
      stdio: ['pipe', 'ignore', 'pipe'],
      // A group of its own, so that what the shell has started ends with it.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    let words = '';
    let over = false;
    const end = (fault: string | null): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      child.stderr.destroy();
      resolve(fault);
    };
    const timer = setTimeout(() => {
      killGroup(child.pid);
      end(`it had not ended after ${order.limitMs / 1_000} seconds and was stopped`);
    }, order.limitMs);
    child.stderr.on('data', (chunk: Buffer) => {
      if (words.length < MOST_WORDS) words += chunk.toString('utf8');
    });
    child.on('error', (error) => end(error.message));
    const ended = (code: number | null, signal: NodeJS.Signals | null): void => {
      const said = words.trim() === '' ? '' : `: ${words.trim().slice(0, MOST_WORDS)}`;
      end(code === 0 ? null : `it ended with ${signal ?? `exit code ${code}`}${said}`);
    };
    child.on('close', ended);
    // What it left running in the background may keep its error stream open: that is not waited for.
    child.on('exit', (code, signal) => setTimeout(() => ended(code, signal), LAST_WORDS_MS).unref());
    // A command that reads nothing closes its end: that is no fault.
    child.stdin.on('error', () => {});
    child.stdin.end(order.json);
  });
}

function variablesOf(notice: EndNotice): Record<string, string> {
  const { batch, stopped, exitCode, text, jobs } = notice;
  const variables: Record<string, string> = {
    NIGHTSHIFT_RUN_BATCH: batch,
    NIGHTSHIFT_RUN_STOPPED: stopped,
    NIGHTSHIFT_RUN_EXIT_CODE: String(exitCode),
    NIGHTSHIFT_RUN_TEXT: text,
  };
  for (const [state, count] of Object.entries(jobs ?? {})) variables[`NIGHTSHIFT_RUN_${state.toUpperCase()}`] = String(count);
  // A NUL ends a variable, and the system refuses it.
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, value.replaceAll('\0', '')]));
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended in this moment.
  }
}
