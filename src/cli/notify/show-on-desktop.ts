import { execFile } from 'node:child_process';

const LIMIT_MS = 5_000;

/** The system's own notifier with its arguments; null where there is none that we know. The text is an argument of its own, never code. */
function notifier(text: string): readonly [string, ...string[]] | null {
  if (process.platform === 'linux') return ['notify-send', '--app-name=nightshift', '--', 'nightshift', text];
  if (process.platform !== 'darwin') return null;
  const script = ['on run argv', 'display notification (item 1 of argv) with title "nightshift"', 'end run'];
  return ['osascript', ...script.flatMap((line) => ['-e', line]), text];
}

/** Shows a line on the desktop. Resolves to what went wrong; null when nothing did. */
export function showOnDesktop(text: string): Promise<string | null> {
  const command = notifier(text);
  if (command === null) return Promise.resolve(`there is no notifier for ${process.platform}`);
  const [program, ...args] = command;
  return new Promise((resolve) => {
    execFile(program, args, { timeout: LIMIT_MS }, (error) => {
      if (error === null) resolve(null);
      else resolve(error.code === 'ENOENT' ? `${program} is not installed` : `${program} failed`);
    });
  });
}
