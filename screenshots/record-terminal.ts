import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Where a program runs. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Record<string, string>;
}

/** So many columns and rows. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Runs a command in a real pseudo-terminal (`script` of util-linux) and resolves to everything it wrote, in the pieces it came in. */
export async function recordTerminal(command: string, size: TerminalSize, surroundings: Surroundings): Promise<readonly string[]> {
  const inside = `stty cols ${size.columns} rows ${size.rows} && exec ${command}`;
  const child = spawn('script', ['--quiet', '--flush', '--return', '--command', inside, '/dev/null'], {
    ...surroundings,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pieces: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (piece: string) => pieces.push(piece));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${pieces.join('')}`);
  return pieces;
}
